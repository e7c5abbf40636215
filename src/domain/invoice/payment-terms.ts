// Terms of paying: the early-payment discount, in words too, tips and instalments. Shape only; whether instalments
// fit the total and the dates is for installments.ts.
import { PERCENT_DECIMALS } from '../money.ts';
import { type Reader, reader } from '../reader.ts';
import { readShare } from './draft-parts.ts';
import type { EarlyPaymentTerms, InstallmentPart, InstallmentTerms, TipTerms } from './invoice.ts';

const termMax = 365;
const tipsMax = 10;
const partsMin = 2;
const partsMax = 12;

function readEarly(terms: Reader): EarlyPaymentTerms | null {
  const percentage = terms.decimal('percentage', PERCENT_DECIMALS, 100);
  const days = terms.integer('days', 0, termMax);
  if (percentage === null || Number(percentage) === 0) terms.blame('percentage');
  if (days === null) terms.blame('days');
  return terms.finish() === null && percentage !== null && days !== null ? { percentage, days } : null;
}

/** The `2% 10` of "2% 10 NET 30", also written 2/10 net 30; null where the words offer nothing. */
export function earlyPaymentInWords(terms: string | null): EarlyPaymentTerms | null {
  const words = /(?<![\d.,])(\d{1,3}(?:\.\d+)?)\s*[%/]\s*(\d{1,3})(?:\s+days)?[\s,;/]*\bnet\s*\d/i;
  const match = words.exec(terms ?? '');
  return match === null ? null : readEarly(reader({ percentage: match[1], days: Number(match[2]) }));
}

/** The terms in `earlyPayment`; null when there are none. */
export function readEarlyPayment(parent: Reader): EarlyPaymentTerms | null {
  const terms = parent.object('earlyPayment');
  if (terms === null) return null;
  const early = readEarly(terms);
  parent.adopt(terms);
  return early;
}

/** Percentages are plain numbers or texts in a list, so each is read as the value of an object of its own. */
function readPercentages(tips: Reader): string[] {
  const list = tips.list('percentages', tipsMax) ?? [];
  return list.map((value, index) => {
    const percent = reader({ value }, '').decimal('value', PERCENT_DECIMALS, 100);
    if (percent === null) tips.blame('percentages', 'invalid_value', undefined, `/${index}`);
    return percent ?? '0';
  });
}

/** The terms in `tips`; null when there are none. */
export function readTips(parent: Reader): TipTerms | null {
  const tips = parent.object('tips');
  if (tips === null) return null;
  const terms: TipTerms = {
    enabled: tips.boolean('enabled') ?? true,
    percentages: readPercentages(tips),
    allowCustom: tips.boolean('allowCustom') ?? true,
  };
  tips.finish();
  parent.adopt(tips);
  return terms;
}

function readPart(part: Reader): InstallmentPart | null {
  const share = readShare(part, false);
  const dueDate = part.date('dueDate');
  if (dueDate === null) part.blame('dueDate', 'invalid_date');
  return part.finish() === null && dueDate !== null ? { ...share, dueDate } : null;
}

/** The terms in `installments`; null when there are none. */
export function readInstallments(parent: Reader): InstallmentTerms | null {
  const terms = parent.object('installments');
  if (terms === null) return null;
  const deposited = terms.object('deposit');
  const deposit = deposited === null ? null : readPart(deposited);
  if (deposited !== null) terms.adopt(deposited);
  const schedule = terms.objects('schedule', partsMax, readPart) ?? [];
  if (schedule.length < partsMin) terms.blame('schedule');
  terms.finish();
  parent.adopt(terms);
  return { deposit, schedule };
}
