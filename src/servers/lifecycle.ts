// The life of a process: it starts one thing after another, runs until a signal or a fault, and stops what it
// started in reverse order.
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export type Lifecycle = {
  /** How what was just started is stopped. */
  onStop: (stop: () => Promise<unknown>) => void;
  /** Work that goes on for as long as the process does: when it settles unasked, the process ends with a fault. */
  watch: (work: Promise<unknown>) => void;
  /** Throws when the process has been told to stop, so that nothing more is started. */
  goOn: () => void;
  /** As a signal would. */
  stop: (reason: string) => void;
};

export type Voice = { say: (line: string) => void; complain: (error: unknown) => void };

const stopPatience = 60_000;

/** Ends the process: with 0 after a signal, with 1 after a fault. A second signal ends it at once. */
export async function live(voice: Voice, boot: (life: Lifecycle) => Promise<void>): Promise<never> {
  const stops: (() => Promise<unknown>)[] = [];
  let stopping = false;
  let end: (reason: string | Error) => void = () => undefined;
  const ended = new Promise<string | Error>((resolve) => {
    end = (reason) => {
      stopping = true;
      resolve(reason);
    };
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      end(signal);
    });
  }
  const fail = (error: unknown) => end(error instanceof Error ? error : new Error(String(error)));
  process.on('uncaughtException', fail);

  const life: Lifecycle = {
    onStop: (stop) => stops.push(stop),
    watch: (work) => {
      work.then((outcome) => {
        if (stopping) return;
        fail(outcome instanceof Error ? outcome : new Error('Something that should go on has stopped.'));
      }, fail);
    },
    goOn: () => {
      if (stopping) throw new Error('The start was interrupted.');
    },
    stop: (reason) => end(reason),
  };
  const booted = boot(life).catch(fail);
  const reason = await ended;
  if (reason instanceof Error) voice.complain(reason);
  else voice.say(`${reason}: stopping`);
  // Keeps the process alive for the stops that wait for nothing Node knows of, and ends one that hangs.
  setTimeout(() => process.exit(1), stopPatience);
  await booted;
  for (const stop of stops.toReversed()) await stop().catch(voice.complain);
  voice.say('Stopped');
  process.exit(reason instanceof Error ? 1 : 0);
}

/** Whether the module is what Node was asked to run, and not something that another module imports. */
export function isProgram(moduleUrl: string): boolean {
  const program = process.argv[1];
  return program !== undefined && realpathSync(program) === fileURLToPath(moduleUrl);
}
