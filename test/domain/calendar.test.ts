import {
  atLocalTime,
  daysBetween,
  endOfDay,
  instant,
  isLocalDate,
  isTimeZone,
  localDate,
  localTime,
  milliseconds,
  plusDays,
  plusMilliseconds,
  plusMonths,
  startOfDay,
} from '../../src/domain/calendar.ts';

describe('n months after a date', () => {
  it.each([
    ['2026-01-31', 1, '2026-02-28'],
    ['2026-01-31', 2, '2026-03-31'], // from the first date: no drift to the 28th
    ['2026-01-31', 3, '2026-04-30'],
    ['2026-01-31', 12, '2027-01-31'],
    ['2026-01-31', 13, '2027-02-28'],
    ['2028-01-31', 1, '2028-02-29'],
    ['2027-12-31', 2, '2028-02-29'],
    ['2028-02-29', 12, '2029-02-28'],
    ['2028-02-29', 48, '2032-02-29'],
    ['2026-05-30', 9, '2027-02-28'],
  ])('%s + %i is %s', (from, months, date) => {
    expect(plusMonths(from, months)).toBe(date);
  });
});

describe('n days after a date', () => {
  it.each([
    ['2026-02-28', 1, '2026-03-01'],
    ['2028-02-28', 1, '2028-02-29'],
    ['2026-12-31', 1, '2027-01-01'],
    ['2026-03-01', -1, '2026-02-28'],
    ['2026-01-01', 365, '2027-01-01'],
  ])('%s + %i is %s', (from, days, date) => {
    expect(plusDays(from, days)).toBe(date);
    expect(daysBetween(from, date)).toBe(days);
  });
});

describe('the first instant of a date', () => {
  it.each([
    ['2026-04-01', 'UTC', '2026-04-01T00:00:00.000Z'],
    ['2026-04-01', 'Europe/Paris', '2026-03-31T22:00:00.000Z'],
    ['2026-01-01', 'Pacific/Kiritimati', '2025-12-31T10:00:00.000Z'], // +14
    ['2026-01-01', 'Pacific/Niue', '2026-01-01T11:00:00.000Z'], // −11
    ['2026-01-01', 'Asia/Kathmandu', '2025-12-31T18:15:00.000Z'], // +5:45
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'], // the day begins at 01:00
    ['2024-04-26', 'Africa/Cairo', '2024-04-25T22:00:00.000Z'], // the day begins at 01:00
    ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'], // a day that never was begins with the next
    ['2026-03-29', 'Europe/Paris', '2026-03-28T23:00:00.000Z'], // of 23 hours
    ['2026-10-25', 'Europe/Paris', '2026-10-24T22:00:00.000Z'], // of 25 hours
  ])('%s in %s is %s', (date, zone, at) => {
    expect(startOfDay(date, zone)).toBe(at);
    expect(endOfDay(plusDays(date, -1), zone)).toBe(at);
  });

  it('is the same date again on the wall, and one millisecond earlier it is not', () => {
    for (const [date, zone] of [
      ['2018-11-04', 'America/Sao_Paulo'],
      ['2024-04-26', 'Africa/Cairo'],
      ['2026-03-29', 'Europe/Paris'],
      ['2026-04-01', 'Pacific/Kiritimati'],
    ] as const) {
      const first = startOfDay(date, zone);
      expect(localDate(first, zone)).toBe(date);
      expect(localDate(plusMilliseconds(first, -1), zone)).toBe(plusDays(date, -1));
    }
  });
});

describe('a wall-clock time', () => {
  it.each([
    ['2026-03-29', '09:00', 'Europe/Paris', '2026-03-29T07:00:00.000Z'],
    ['2026-03-29', '02:30', 'Europe/Paris', '2026-03-29T01:30:00.000Z'], // in the gap: 03:30
    ['2026-10-25', '02:30', 'Europe/Paris', '2026-10-25T00:30:00.000Z'], // doubled: the first
    ['2026-03-08', '02:30', 'America/New_York', '2026-03-08T07:30:00.000Z'],
    ['2026-11-01', '01:30', 'America/New_York', '2026-11-01T05:30:00.000Z'],
    ['2018-11-04', '00:30', 'America/Sao_Paulo', '2018-11-04T03:30:00.000Z'], // midnight gap: 01:30
    ['2026-10-04', '02:15', 'Australia/Lord_Howe', '2026-10-03T15:45:00.000Z'], // a gap of half an hour
    ['2026-12-01', '09:00', 'Asia/Kolkata', '2026-12-01T03:30:00.000Z'],
  ])('%s %s in %s is %s', (date, time, zone, at) => {
    expect(atLocalTime(date, time, zone)).toBe(at);
  });

  it.each([
    ['2026-12-01T08:00:00.000Z', 'Europe/Paris', '2026-12-01T09:00:00+01:00'],
    ['2026-07-01T08:00:00.000Z', 'Europe/Paris', '2026-07-01T10:00:00+02:00'],
    ['2025-12-31T10:00:00.000Z', 'Pacific/Kiritimati', '2026-01-01T00:00:00+14:00'],
    ['2026-01-01T00:00:00.000Z', 'UTC', '2026-01-01T00:00:00+00:00'],
  ])('%s is read in %s as %s', (at, zone, text) => {
    expect(localTime(at, zone)).toBe(text);
  });
});

describe('what counts as a date', () => {
  it.each(['1970-01-01', '2028-02-29', '9999-12-31'])('%s does', (text) => {
    expect(isLocalDate(text)).toBe(true);
  });

  it.each([
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '2026-4-1',
    '1969-12-31',
    '10000-01-01',
    '2026-04-01T00:00:00Z',
    '2026-04-01 ',
    'tomorrow',
    '',
  ])('%j does not', (text) => {
    expect(isLocalDate(text)).toBe(false);
  });
});

describe('what counts as a time zone', () => {
  it.each(['UTC', 'Europe/Paris', 'Asia/Calcutta', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])(
    '%s does',
    (zone) => {
      expect(isTimeZone(zone)).toBe(true);
    },
  );

  it.each([
    'Mars/Phobos',
    '',
    '+05:00',
    '-03:00',
    '+0530',
    '2026-01-01T00:00Z',
    '2026-01-01T00:00+01:00',
    '2026-01-01[Europe/Paris]',
    'Europe/Paris ',
  ])('%j does not: it is no IANA name', (zone) => {
    expect(isTimeZone(zone)).toBe(false);
  });
});

describe('instants', () => {
  it('compare as text, also at the end of the calendar', () => {
    const end = endOfDay('9999-12-31', 'UTC');
    expect(end > '2026-01-01T00:00:00.000Z').toBe(true);
    expect(endOfDay('9999-12-31', 'Pacific/Niue') > '9999-12-31T00:00:00.000Z').toBe(true);
    expect(plusMilliseconds(end, 10 * 365 * 86_400_000) >= end).toBe(true);
  });

  it('never lie outside what a text can say, however far the offset', () => {
    expect(instant(Number.MAX_SAFE_INTEGER)).toBe('9999-12-31T23:59:59.999Z');
  });

  it('come back from milliseconds unchanged', () => {
    expect(instant(milliseconds('2026-03-02T10:00:00.123Z'))).toBe('2026-03-02T10:00:00.123Z');
  });
});
