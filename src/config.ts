// The only reader of the environment. Parsed once, typed, handed down as an argument.
import { z } from 'zod';
import { defaultTaskQueue } from './contract/names.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const filled = z.string().min(1);

const environment = z.object({
  PORT: port.optional(),
  HOST: filled.default('127.0.0.1'),
  PUBLIC_URL: z.url().optional(),
  DUEWELL_DATA: filled.default('.duewell'),
  /** Where clients of ours find the gateway; else credentials.json says so. */
  DUEWELL_URL: z.url().optional(),
  TEMPORAL_ADDRESS: filled.optional(),
  TEMPORAL_NAMESPACE: filled.default('default'),
  TEMPORAL_API_KEY: filled.optional(),
  TEMPORAL_PORT: port.optional(),
  TEMPORAL_UI_PORT: port.optional(),
  TEMPORAL_TASK_QUEUE: filled.default(defaultTaskQueue),
  TEMPORAL_BIN: filled.optional(),
  TEMPORAL_TEST_SERVER_BIN: filled.optional(),
  MONGODB_URI: filled.optional(),
  MONGODB_PORT: port.optional(),
  MONGOD_BIN: filled.optional(),
  SMTP_URL: z.url().optional(),
  /** The address that live mail is from. */
  SMTP_FROM: z.email().optional(),
  TWILIO_ACCOUNT_SID: filled.optional(),
  TWILIO_AUTH_TOKEN: filled.optional(),
  TWILIO_FROM: filled.optional(),
  TWILIO_MESSAGING_SERVICE_SID: filled.optional(),
  TWILIO_API_URL: z.url().optional(),
  DUEWELL_RATE_LIMIT: z.coerce.number().int().min(1).default(600),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  LOG_FORMAT: z.enum(['pretty', 'json']).optional(),
  XDG_CACHE_HOME: filled.optional(),
});

export type Config = z.infer<typeof environment>;

/** Reads the environment; an empty value counts as unset. Throws one sentence that names every bad variable. */
export function readConfig(source: NodeJS.ProcessEnv = process.env): Config {
  const set = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(set);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The environment is not usable. ${faults.join('; ')}`);
}

/** The folders in which the machine looks for programs. */
export function readSearchPath(source: NodeJS.ProcessEnv = process.env): string {
  return source['PATH'] ?? '';
}
