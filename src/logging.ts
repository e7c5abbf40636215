// The log of every process: pretty on a terminal, else one JSON object a line. Keys never reach it.
import { pino, stdTimeFunctions, type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { Config } from './config.ts';

export type { Logger };

const secrets = ['authorization', 'cookie', 'password', 'token', 'apiKey', 'api_key'];

export function createLogger(
  config: Pick<Config, 'LOG_LEVEL' | 'LOG_FORMAT'>,
  output: NodeJS.WriteStream = process.stdout,
): Logger {
  const format = config.LOG_FORMAT ?? (output.isTTY ? 'pretty' : 'json');
  const options = {
    level: config.LOG_LEVEL,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (level: string) => ({ level }) },
    redact: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
  };
  if (format === 'json') return pino(options, output);
  // In this thread, so that the last lines before an exit are written.
  return pino(
    options,
    pretty({ colorize: output.isTTY === true, destination: output, ignore: 'pid,hostname' }),
  );
}

type TemporalLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
type Meta = Record<string | symbol, unknown>;

/** The logger in the shape that Temporal's runtime asks for. */
export function temporalLogger(logger: Logger) {
  const at = (level: 'trace' | 'debug' | 'info' | 'warn' | 'error') => (message: string, meta?: Meta) =>
    logger[level]({ component: 'temporal', ...meta }, message);
  const levels = {
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  };
  return {
    ...levels,
    log: (level: TemporalLevel, message: string, meta?: Meta) => {
      levels[level.toLowerCase() as keyof typeof levels](message, meta);
    },
  };
}
