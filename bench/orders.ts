// What the benchmark and the process that holds the product say to each other.
import type { CommandCounts } from './mongo-commands.ts';

export type Order = 'countFromHere' | 'counts' | 'usage';

export type ProductReport =
  { readonly kind: 'ready'; readonly port: number } | { readonly kind: 'answer'; readonly value: unknown };

export type Counts = { readonly worker: CommandCounts; readonly gateway: CommandCounts };
export type Usage = { readonly rss: number; readonly cpu: NodeJS.CpuUsage };
