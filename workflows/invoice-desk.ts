// What the handlers and the loop of one invoice share, and the work that goes on behind them.
import type { CancellationScope } from '@temporalio/workflow';
import type { Mutex } from 'async-mutex';
import type { Entity } from './invoice-entity.ts';
import { drain, type Outbox, isIdle as isOutboxIdle } from './invoice-outbox.ts';
import { pursueRefunds, type Refunds } from './invoice-refunds.ts';

export type Desk = {
  readonly entity: Entity;
  readonly outbox: Outbox;
  readonly refunds: Refunds;
  readonly mutex: Mutex;
  /** Resolves when the state is there: handlers of a run that starts wait for it. Nothing once it is there. */
  readonly ready: () => Promise<void> | undefined;
  /** One scope for all handlers: each scope of their own would stay tied to the run for as long as it lasts. */
  readonly shield: CancellationScope;
};

/** Starts what the state asks for in the background and nobody does yet: deliveries and refunds. */
export function workOn({ outbox, refunds }: Desk): void {
  drain(outbox);
  pursueRefunds(refunds);
}

export function isIdle({ outbox, refunds }: Desk): boolean {
  return isOutboxIdle(outbox) && !refunds.underWay;
}
