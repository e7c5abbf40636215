// How often a token may ask. In memory: each gateway counts what it serves.
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { refused } from './problem.ts';
import { reject } from '../domain/rejection.ts';

const burst = 100;

/** A window in which a whole burst may come at once, and as long as the rate allows for so many requests. */
export function windowOf(perMinute: number): { points: number; seconds: number } {
  const points = Math.min(perMinute, Math.max(burst, Math.ceil(perMinute / 60)));
  return { points, seconds: (points * 60) / perMinute };
}

export type RateLimit = {
  /** Counts one request of the token. Throws `rate_limited` when there is no room; answers the headers to set. */
  take(tokenId: string): Promise<Record<string, string>>;
};

export function createRateLimit(perMinute: number): RateLimit {
  const { points, seconds } = windowOf(perMinute);
  const limiter = new RateLimiterMemory({ points, duration: seconds });
  const headers = (result: RateLimiterRes): Record<string, string> => ({
    'RateLimit-Limit': String(points),
    'RateLimit-Remaining': String(Math.max(0, result.remainingPoints)),
    'RateLimit-Reset': String(Math.ceil(result.msBeforeNext / 1000)),
    'RateLimit-Policy': `${points};w=${Math.ceil(seconds)}`,
  });
  return {
    async take(tokenId) {
      try {
        return headers(await limiter.consume(tokenId));
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        const wait = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
        throw refused(reject('rate_limited'), {
          headers: { ...headers(error), 'Retry-After': String(wait) },
        });
      }
    },
  };
}
