// The other side: the same question to the product, which lives through it command by command.
import { decide } from '../../../src/domain/invoice/commands.ts';
import type { CommandOn } from '../../../src/domain/invoice/command.ts';
import { amountDue, type Invoice, type LateFeeTerms } from '../../../src/domain/invoice/invoice.ts';
import { turnOfTime } from '../../../src/domain/invoice/time.ts';
import { happens, must, openStory, pay, priced, type Story } from '../given.ts';
import { checkInvariants } from '../invoice/invariants.ts';
import type { Answer, Asked, Fact, Plan } from './asked.ts';

function termsOf(plan: Plan): LateFeeTerms {
  return {
    type: plan.fixed === undefined ? 'percentage' : 'fixed',
    value: plan.fixed ?? plan.percent ?? '0',
    interval: plan.every[1],
    intervalCount: plan.every[0],
    graceDays: plan.grace ?? 0,
    cap: plan.cap ?? null,
    percentageCap: plan.percentageCap ?? null,
    base: plan.base ?? 'outstanding_principal',
    compounding: plan.compounding ?? false,
  };
}

/** All that is due up to an instant, in as many turns as it takes. */
function wake(story: Story, now: string): Story {
  let state = story;
  for (;;) {
    const { events } = turnOfTime(state.invoice, now);
    if (events.length === 0) return state;
    state = events.reduce((before, event) => happens(before, [event], event.at), state);
  }
}

function commandOf(invoice: Invoice, fact: Fact): CommandOn {
  switch (fact.kind) {
    case 'pay':
      return pay(fact.amount, { date: fact.dated ?? null });
    case 'waive': {
      const stands = invoice.lateFees.find((fee) => fee.place === fact.place && !fee.reversed);
      return { name: 'waiveLateFee', occurrence: stands?.occurrence ?? null, reason: null };
    }
    case 'hold':
      return { name: 'hold', kind: 'dispute', until: null, note: null };
    case 'resume':
      return { name: 'resume', kind: null };
  }
}

/** `looks`: instants at which time is also looked at, beside the commands and the end. */
export function live(asked: Asked, looks: readonly string[] = []): Story {
  const { total, currency, zone, issued, due, plan } = asked;
  const document = priced(total, {
    currency,
    timeZone: zone,
    issueDate: due < issued.slice(0, 10) ? due : null,
    dueDate: due,
    lateFeeTerms: termsOf(plan),
  });
  let story = openStory(document, issued);
  const steps = [
    ...asked.life.map((fact) => ({ at: fact.at, fact })),
    ...looks.map((at) => ({ at, fact: null })),
  ].toSorted((one, two) => (one.at === two.at ? 0 : one.at < two.at ? -1 : 1));
  for (const [index, { at, fact }] of steps.entries()) {
    story = wake(story, at);
    if (fact === null) continue;
    const circumstances = { now: at, commandId: `c${index}`, newId: `n${index}` };
    story = happens(
      story,
      must(decide(story.invoice, commandOf(story.invoice, fact), circumstances)).events,
      at,
    );
  }
  const end = wake(story, asked.until);
  checkInvariants(null, end.invoice, end.entries);
  return end;
}

export function answerOf({ invoice }: Story): Answer {
  const fees = invoice.lateFees
    .filter((fee) => !fee.reversed)
    .map(({ place, at, amount, waived }) => ({ place: place ?? 0, at, amount, waived }))
    .toSorted((one, two) => (one.at === two.at ? 0 : one.at < two.at ? -1 : 1));
  return { fees, skipped: invoice.skippedFees.map((one) => one.at), due: amountDue(invoice) };
}
