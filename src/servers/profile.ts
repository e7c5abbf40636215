// How Temporal is reached: the standard variables and TOML profile, or the embedded server.
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { Config } from '../config.ts';

export type TemporalProfile = {
  /** null: nobody named a Temporal, so an embedded one is wanted. */
  address: string | null;
  namespace: string;
  connection: ConnectionSettings;
};

type ConnectionSettings = {
  address: string;
  apiKey?: string;
  tls?: Exclude<ReturnType<typeof loadClientConnectConfig>['connectionOptions']['tls'], undefined>;
  metadata?: Record<string, string>;
};

export function readTemporalProfile(config: Config): TemporalProfile {
  const { namespace, connectionOptions } = loadClientConnectConfig();
  const { address, apiKey, tls, metadata } = connectionOptions;
  return {
    address: address ?? null,
    namespace: namespace ?? config.TEMPORAL_NAMESPACE,
    connection: {
      address: address ?? '',
      ...(typeof apiKey === 'string' ? { apiKey } : {}),
      ...(tls === undefined ? {} : { tls }),
      ...(metadata === undefined ? {} : { metadata: metadata as Record<string, string> }),
    },
  };
}

/** The profile of a process that must be told where Temporal is. */
export function requireTemporalProfile(config: Config): TemporalProfile {
  const profile = readTemporalProfile(config);
  if (profile.address === null) throw new Error('TEMPORAL_ADDRESS is not set, and no profile names one.');
  return profile;
}

export function requireMongoUri(config: Config): string {
  if (config.MONGODB_URI === undefined) throw new Error('MONGODB_URI is not set.');
  return config.MONGODB_URI;
}
