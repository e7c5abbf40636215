// The oracle's own calendar: days are counted, and a zone is asked through Intl alone. It shares no code with the product.

/** Days since 1 January 1970 of a date of the Gregorian calendar, counted year by year and month by month. */
export function dayNumber(date: string): number {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  let days = 0;
  for (let one = 1970; one < year; one += 1) days += isLeap(one) ? 366 : 365;
  for (let one = 1; one < month; one += 1) days += daysIn(year, one);
  return days + day - 1;
}

export function dateOf(days: number): string {
  let year = 1970;
  let left = days;
  for (let length = 365; left >= length; year += 1) {
    left -= length;
    length = isLeap(year + 1) ? 366 : 365;
  }
  let month = 1;
  while (left >= daysIn(year, month)) {
    left -= daysIn(year, month);
    month += 1;
  }
  const two = (value: number) => String(value).padStart(2, '0');
  return `${year}-${two(month)}-${two(left + 1)}`;
}

function isLeap(year: number): boolean {
  return year % 400 === 0 || (year % 4 === 0 && year % 100 !== 0);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** So many months on, on the same day of the month or the last that the month has. */
export function monthsOn(date: string, count: number): string {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const months = year * 12 + (month - 1) + count;
  const there = { year: Math.floor(months / 12), month: (months % 12) + 1 };
  const two = (value: number) => String(value).padStart(2, '0');
  const last = daysIn(there.year, there.month);
  return `${there.year}-${two(there.month)}-${two(Math.min(day, last))}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The date on a wall calendar in the zone. */
export function dayThere(milliseconds: number, zone: string): string {
  let format = formats.get(zone);
  if (format === undefined) {
    const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
    format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, ...parts });
    formats.set(zone, format);
  }
  return format.format(milliseconds);
}

const hour = 3_600_000;

/** The first millisecond of a date in a zone: halved down to it, between a day before and a day after it in UTC. */
export function firstOf(date: string, zone: string): number {
  const noon = dayNumber(date) * 24 * hour + 12 * hour;
  let [before, reached] = [noon - 36 * hour, noon + 36 * hour];
  while (reached - before > 1) {
    const middle = Math.floor((before + reached) / 2);
    if (dayThere(middle, zone) < date) before = middle;
    else reached = middle;
  }
  return reached;
}
