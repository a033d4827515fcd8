/** A fetch that asks again where asking again may help, and waits as long as the service says. */

import { GuardError } from "./errors.js";

const AGAIN = new Set([429, 502, 503, 504]);
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 10_000;

type Fetch = (request: Request) => Promise<Response>;

/** Times are in milliseconds; `timeout` is that of one attempt, `attempts` counts the first one too. */
export function repeating(fetch: typeof globalThis.fetch, limits: { timeout: number; attempts: number }): Fetch {
  return async (request) => {
    let pause = FIRST_PAUSE;
    for (let left = Math.max(1, limits.attempts) - 1; ; left--, pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      let wait = pause * (0.5 + Math.random() / 2); // spreads callers out
      try {
        const response = await fetch(request.clone(), { signal: AbortSignal.timeout(limits.timeout) });
        if (left === 0 || !AGAIN.has(response.status)) {
          return response;
        }
        wait = Math.max(wait, retryAfter(response));
        await response.body?.cancel();
      } catch (cause) {
        if (left === 0) {
          const url = new URL(request.url).origin;
          throw new GuardError(`${url} cannot be reached: ${cause}. Nothing was allowed.`, { status: 0, cause });
        }
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  };
}

function retryAfter(response: Response): number {
  const seconds = response.headers.get("retry-after") ?? "";
  return /^\d+$/.test(seconds) ? Math.min(Number(seconds) * 1000, LONGEST_PAUSE) : 0;
}
