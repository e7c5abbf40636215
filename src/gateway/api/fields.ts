// Fields that many schemas share. Each says what it takes, so that validation and documentation cannot differ.
import { z } from 'zod';
import { isLocalDate, isTimeZone } from '../../domain/calendar.ts';
import { AMOUNT_MAX, isCurrency } from '../../domain/money.ts';
import type { RejectionCode } from '../../domain/rejection.ts';

export const longText = 5_000;
export const shortText = 255;

const because = (code: RejectionCode) => ({ params: { code } });

/** Control characters and halves of surrogate pairs have no place in a text; line breaks have one in a long one. */
const unprintable = /[\p{Cc}\p{Cs}]/u;
const unprintableInLines = /\p{Cs}|(?![\n\r\t])\p{Cc}/u;

export const line = (max: number = shortText) =>
  z
    .string()
    .max(max)
    .refine((text) => !unprintable.test(text), { error: 'control characters are not accepted' });

export const text = (max: number = longText) =>
  z
    .string()
    .max(max)
    .refine((words) => !unprintableInLines.test(words), { error: 'control characters are not accepted' });

export const id = z
  .string()
  .min(1)
  .max(shortText)
  .meta({ description: 'UUID', example: '5e0c1f0e-7a7a-4c5e-9c57-3f1d7f1f6a10' });

export const cents = z
  .int()
  .min(0)
  .max(AMOUNT_MAX)
  .meta({ description: 'In the currency’s minor unit.', example: 10_000 });

/** Money that must be something. */
export const positiveCents = z
  .int()
  .min(1)
  .max(AMOUNT_MAX)
  .meta({ description: 'In the currency’s minor unit, at least 1.', example: 5_115 });

export const date = z
  .string()
  .refine(isLocalDate, because('invalid_date'))
  .meta({ description: 'YYYY-MM-DD', format: 'date', example: '2026-12-31' });

const instantPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

function isInstantText(value: string): boolean {
  return instantPattern.test(value) && isLocalDate(value.slice(0, 10)) && !Number.isNaN(Date.parse(value));
}

export const instantText = z
  .string()
  .max(64)
  .refine(isInstantText, { error: 'write an instant of RFC 3339, such as 2026-12-31T09:00:00Z' })
  .meta({ description: 'RFC 3339', format: 'date-time', example: '2026-12-31T09:00:00.000Z' });

export const dateOrInstant = z
  .string()
  .max(64)
  .refine((value) => isLocalDate(value) || isInstantText(value), {
    params: { code: 'invalid_date' },
    error: 'write a date such as 2026-12-31, or an instant of RFC 3339',
  })
  .meta({ example: '2026-12-31' });

export const currency = z
  .string()
  .refine(isCurrency, because('invalid_currency'))
  .meta({ description: 'ISO 4217', example: 'USD' });

export const timeZone = z
  .string()
  .max(shortText)
  .refine(isTimeZone, because('invalid_time_zone'))
  .meta({ description: 'IANA time zone', example: 'Europe/Paris' });

export const email = z.email().max(254).meta({ example: 'ap@example.com' });

export const phone = z
  .string()
  .refine((number) => /^\+[1-9]\d{6,14}$/.test(number), because('invalid_phone_number'))
  .meta({ description: 'E.164', example: '+14155552671' });

/** Percent, or another exact decimal: a number or its text. What it may be is for the core to say. */
export const decimal = z.union([z.number(), z.string().max(40)]).meta({ example: '7.75' });

export const metadata = z
  .record(z.string().min(1).max(shortText), z.string().max(500))
  .refine((value) => Object.keys(value).length <= 50, { error: 'at most 50 keys are accepted' })
  .meta({ description: 'At most 50 keys, texts of at most 500 characters.', example: { project: 'A-17' } });
