// `duewell ledger verify`: seals the books and proves them, or names the first broken link.
import pc from 'picocolors';
import { type Verification, verifyLedger } from '../ledger/verify/verify.ts';
import type { Finding } from '../ledger/verify/finding.ts';
import type { Store } from '../store/store.ts';
import { type Command, textOf, usage } from './command.ts';
import { withStore } from './database.ts';

export const ledgerVerify: Command = {
  words: ['ledger', 'verify'],
  operands: [],
  summary: 'Proves that no entry of the ledger was changed, removed or added.',
  options: {
    organization: { type: 'string', value: 'ID', help: 'only the books of this organization' },
    json: { type: 'boolean', help: 'one JSON object, for programs' },
  },
  run: ({ values, config, terminal }) =>
    withStore(config(), async (store) => {
      const organizationId = textOf(values, 'organization');
      if (organizationId !== null) await refuseUnknown(store, organizationId);
      const began = performance.now();
      const verification = await verifyLedger(store, organizationId);
      const milliseconds = Math.round(performance.now() - began);
      const present = values['json'] === true ? asJson : asText(terminal.colours);
      terminal.write(present(verification, milliseconds));
      return verification.finding === null ? 0 : 1;
    }),
};

async function refuseUnknown(store: Store, organizationId: string): Promise<void> {
  const isKnown =
    (await store.organizations.findOne({ _id: organizationId }, { projection: { _id: 1 } })) !== null;
  if (!isKnown) throw usage(`There is no organization ${organizationId}.`);
}

function modeOf({ liveMode }: Finding): string {
  return liveMode ? 'live' : 'test';
}

function asJson({ finding, ...counts }: Verification, milliseconds: number): string {
  const broken =
    finding === null
      ? null
      : {
          id: finding.id,
          fault: finding.fault,
          detail: finding.detail,
          organization_id: finding.organizationId,
          live_mode: finding.liveMode,
        };
  return JSON.stringify({ sound: finding === null, ...counts, milliseconds, first_broken: broken }, null, 2);
}

const faults: Readonly<Record<Finding['fault'], string>> = {
  changed: 'entry was changed',
  missing: 'entry is missing',
  extra: 'entry was added',
  unbalanced: 'entry does not balance',
  block_changed: 'block was changed',
  block_missing: 'block is missing',
  totals_differ: 'stored sum is not that of its entries',
};

const told = [
  ['organizations', 'organization', 'organizations'],
  ['streams', 'stream', 'streams'],
  ['entries', 'entry', 'entries'],
  ['blocks', 'block', 'blocks'],
] as const;

function number(count: number, one: string, more: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : more}`;
}

function asText(colours: boolean) {
  const colors = pc.createColors(colours);
  return ({ finding, ...counts }: Verification, milliseconds: number): string => {
    const read = told.map(([name, one, more]) => number(counts[name], one, more)).join(', ');
    const seconds = (milliseconds / 1_000).toFixed(1);
    if (finding === null) {
      const open =
        counts.unsealed === 0 ? '' : `; ${number(counts.unsealed, 'entry', 'entries')} came in meanwhile`;
      return `${colors.green('The ledger is sound.')} ${read}, ${seconds} s${open}`;
    }
    return [
      `${colors.red('The ledger is broken:')} ${faults[finding.fault]}`,
      finding.id,
      `  ${finding.detail}`,
      `  organization ${finding.organizationId}, ${modeOf(finding)} mode; read until then: ${read}, ${seconds} s`,
    ].join('\n');
  };
}
