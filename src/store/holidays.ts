// Public holidays. The only file that knows date-holidays, which is loaded when an organization asks for a country:
// its data are some megabytes.
import type { LocalDate } from '../domain/calendar.ts';
import { plusDays } from '../domain/calendar.ts';

const dayLength = 86_400_000;
const publicOnly = { types: ['public' as const] };

async function library() {
  return (await import('date-holidays')).default;
}

/** A country, or one of its states behind a hyphen: DE, DE-BY. */
export async function isHolidayCountry(code: string): Promise<boolean> {
  const Holidays = await library();
  const [country = '', state, ...rest] = code.split('-');
  const calendar = new Holidays();
  if (rest.length > 0 || !Object.hasOwn(calendar.getCountries(), country)) return false;
  return state === undefined || Object.hasOwn(calendar.getStates(country) ?? {}, state);
}

/** The days from the first to the last that are public holidays there. Of half a day or less none is made. */
export async function holidays(
  code: string | null,
  first: LocalDate,
  last: LocalDate,
): Promise<readonly LocalDate[]> {
  if (code === null) return [];
  const Holidays = await library();
  const [country = '', state = ''] = code.split('-');
  const calendar =
    state === '' ? new Holidays(country, publicOnly) : new Holidays(country, state, publicOnly);
  const years: number[] = [];
  // One that begins in the last days of a year may go on in the next.
  for (let year = Number(first.slice(0, 4)) - 1; year <= Number(last.slice(0, 4)); year += 1)
    years.push(year);
  const days = years
    .flatMap((year) => calendar.getHolidays(year))
    .flatMap(({ date, start, end }) => {
      const count = Math.round((end.getTime() - start.getTime()) / dayLength);
      return Array.from({ length: count }, (_, index) => plusDays(date.slice(0, 10), index));
    })
    .filter((day) => day >= first && day <= last);
  return [...new Set(days)].toSorted();
}
