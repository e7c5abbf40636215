// What Prometheus may know about the gateway.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the last reconciliation of an organization came to. */
export type Reconciled = { readonly organization: string; readonly difference: number };

export type Metrics = {
  readonly registry: Registry;
  /** A request begins; call the answer with its route template and status when it ends. */
  requestStarted(): (method: string, route: string, status: number) => void;
  commandStarted(command: string): () => void;
  refused(code: string): void;
};

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createMetrics(reconciled: () => Promise<readonly Reconciled[]> = async () => []): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'duewell_http_request_seconds',
    help: 'HTTP requests by route template, method and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: seconds,
    registers,
  });
  const inFlight = new Gauge({
    name: 'duewell_http_requests_in_flight',
    help: 'HTTP requests under way.',
    registers,
  });
  const commands = new Histogram({
    name: 'duewell_command_seconds',
    help: 'From a command to the answer of its workflow.',
    labelNames: ['command'],
    buckets: seconds,
    registers,
  });
  const commandsInFlight = new Gauge({
    name: 'duewell_commands_in_flight',
    help: 'Commands sent to Temporal and not yet answered.',
    registers,
  });
  const refusals = new Counter({
    name: 'duewell_refusals_total',
    help: 'Refusals by code.',
    labelNames: ['code'],
    registers,
  });
  new Gauge({
    name: 'duewell_reconciliation_difference_cents',
    help: 'What the last nightly reconciliation of an organization was off by, in all its books. Anything but 0 is an error.',
    labelNames: ['organization'],
    registers,
    async collect() {
      // Read when asked for, so that every gateway shows the same. Without the database the last known stay.
      const rows = await reconciled().catch(() => null);
      for (const { organization, difference } of rows ?? []) this.set({ organization }, difference);
    },
  });
  return {
    registry,
    requestStarted() {
      inFlight.inc();
      const began = performance.now();
      return (method, route, status) => {
        inFlight.dec();
        requests.observe({ method, route, status }, (performance.now() - began) / 1000);
      };
    },
    commandStarted(command) {
      commandsInFlight.inc();
      const stop = commands.startTimer({ command });
      return () => {
        commandsInFlight.dec();
        stop();
      };
    },
    refused: (code) => refusals.inc({ code }),
  };
}
