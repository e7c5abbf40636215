// How a total is paid, a second time: instalments, what fills them, the early-payment discount.
import type { Asked, AskedPart } from './asked.ts';
import { halfUp, isSame, percent, total as totalOf, whole, written } from './fraction.ts';

export type ExpectedPart = {
  readonly kind: 'deposit' | 'installment';
  readonly amount: number;
  readonly paid: number;
  readonly dueDate: string;
  readonly status: 'paid' | 'partially_paid' | 'due' | 'overdue';
};

function asked(part: AskedPart, base: bigint): bigint {
  return part.type === 'fixed' ? BigInt(part.value) : halfUp(percent(base, part.value));
}

function lesser(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** Whether the parts add up: percentages to 100, fixed amounts to what the deposit leaves. */
export function fits(installments: NonNullable<Asked['installments']>, total: number): boolean {
  const { deposit = null, schedule } = installments;
  const down = deposit === null ? 0n : asked(deposit, BigInt(total));
  if (down > BigInt(total)) return false;
  if (schedule.every((part) => part.type === 'percentage')) {
    return isSame(totalOf(schedule.map((part) => written(part.value))), whole(100));
  }
  if (schedule.some((part) => part.type === 'percentage')) return false;
  return schedule.reduce((all, part) => all + BigInt(part.value), down) === BigInt(total);
}

/** The rows, with so much paid, as people see them on a day. */
export function parts(
  installments: NonNullable<Asked['installments']>,
  total: number,
  paid: number,
  today: string,
): ExpectedPart[] {
  const { deposit = null, schedule } = installments;
  const rows: { kind: ExpectedPart['kind']; amount: bigint; dueDate: string }[] = [];
  if (deposit !== null) {
    rows.push({ kind: 'deposit', amount: asked(deposit, BigInt(total)), dueDate: deposit.dueDate });
  }
  const base = BigInt(total) - (rows[0]?.amount ?? 0n);
  let handedOut = 0n;
  schedule.forEach((part, index) => {
    const rest = base - handedOut;
    const amount = index === schedule.length - 1 ? rest : lesser(asked(part, base), rest);
    handedOut += amount;
    rows.push({ kind: 'installment', amount, dueDate: part.dueDate });
  });
  let money = BigInt(paid);
  return rows.map(({ kind, amount, dueDate }) => {
    const filled = lesser(money, amount);
    money -= filled;
    const open = today > dueDate ? 'overdue' : filled > 0n ? 'partially_paid' : 'due';
    const status = filled === amount ? 'paid' : open;
    return { kind, amount: Number(amount), paid: Number(filled), dueDate, status };
  });
}

/** What the terms take off and what settles the invoice, of so much that is due. */
export function early(
  terms: NonNullable<Asked['earlyPayment']>,
  total: number,
  paid: number,
  isInTime: boolean,
): { readonly discount: number; readonly amount: number } {
  const due = BigInt(total) - BigInt(paid);
  const discount = isInTime ? lesser(halfUp(percent(BigInt(total), terms.percentage)), due) : 0n;
  return { discount: Number(discount), amount: Number(due - discount) };
}
