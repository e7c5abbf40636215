// The reports as CSV, byte for byte.
import type { Hand } from './hand-made.ts';
import { openWorlds, type Way, type Worlds } from './worlds.ts';

let worlds: Worlds;
beforeAll(async () => {
  worlds = await openWorlds(['everything']);
});
afterAll(() => worlds.close());

const world = (way: Way) => worlds.world(way);

async function file(hand: Hand, path: string): Promise<string> {
  const answer = await worlds.desk.get(hand.key, path, 'text/csv').expect(200);
  expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
  return answer.text;
}

describe('as CSV', () => {
  test('the trial balance, byte for byte', async () => {
    const { hand } = world('everything');
    const id = (role: Parameters<Hand['account']>[0]) => hand.account(role);
    expect(await file(hand, '/reports/trial_balance?as_of=2026-01-14')).toBe(
      [
        'as_of,currency,account_code,account_name,type,debit_cents,credit_cents,account_id',
        `2026-01-14,USD,1000,Undeposited funds,asset,0,0,${id('undeposited_funds')}`,
        `2026-01-14,USD,1200,Accounts receivable,asset,30000,0,${id('accounts_receivable')}`,
        `2026-01-14,USD,2100,Customer credit,liability,0,0,${id('customer_credit')}`,
        `2026-01-14,USD,2110,Unapplied payments,liability,0,0,${id('unapplied_payments')}`,
        `2026-01-14,USD,2200,Tax payable,liability,0,1000,${id('tax_payable')}`,
        `2026-01-14,USD,2300,Tips payable,liability,0,0,${id('tips_payable')}`,
        `2026-01-14,USD,2400,Refunds payable,liability,0,0,${id('refunds_payable')}`,
        `2026-01-14,USD,4000,Sales,revenue,0,29000,${id('sales')}`,
        `2026-01-14,USD,4900,Late-fee income,revenue,0,0,${id('late_fee_income')}`,
        `2026-01-14,USD,6000,Bad debt,expense,0,0,${id('bad_debt')}`,
        '2026-01-14,USD,,Total,,30000,30000,',
        '',
      ].join('\r\n'),
    );
  });

  test('names with commas and quotes are quoted, and none is a formula', async () => {
    const { hand, who } = world('everything');
    expect(await file(hand, '/reports/ar_ageing?as_of=2026-03-31')).toBe(
      [
        'as_of,currency,customer_name,current_cents,days_1_30_cents,days_31_60_cents,days_61_90_cents,over_90_cents,total_cents,customer_id',
        `2026-03-31,USD,"'=Bob ""B"" Ltd",0,0,0,0,20500,20500,${who.bob}`,
        `2026-03-31,USD,"Ada, Inc.",7600,0,6000,0,0,13600,${who.ada}`,
        '2026-03-31,USD,Total,7600,0,6000,0,20500,34100,',
        '',
      ].join('\r\n'),
    );
  });

  test('the others', async () => {
    const { hand, who } = world('everything');
    expect(await file(hand, '/reports/dso?as_of=2026-03-31')).toBe(
      'as_of,currency,window_days,receivable_cents,billed_cents,days\r\n2026-03-31,USD,90,34100,23000,133.43\r\n',
    );
    expect(await file(hand, '/reports/number_gaps')).toBe(
      'prefix,live_mode,first,last,count,gaps,skipped\r\nTEST-,false,1,6,6,,\r\n',
    );
    expect((await file(hand, '/reports/reconciliation?as_of=2026-03-31')).split('\r\n').slice(0, 3)).toEqual([
      'as_of,currency,check,invoice_id,customer_id,payment_id,account_id,expected_cents,actual_cents,difference_cents',
      '2026-03-31,USD,trial_balance,,,,,66900,66900,0',
      '2026-03-31,USD,accounts_receivable,,,,,34100,34100,0',
    ]);
    const entry = `${who.cy}:test:1`;
    expect(await file(hand, `/customers/${who.cy}/statement?from=2026-03-01&to=2026-03-31`)).toBe(
      [
        'date,type,invoice_number,currency,amount_cents,balance_cents,invoice_id,entry_id',
        '2026-03-01,opening_balance,,USD,,0,,',
        `2026-03-02,credit_note_issued,,USD,-700,-700,,${entry}`,
        '2026-03-31,closing_balance,,USD,,-700,,',
        '',
      ].join('\r\n'),
    );
    expect(await file(hand, `/journal_entries?customer_id=${who.cy}`)).toBe(
      [
        'date,type,account_code,account_name,label,currency,debit_cents,credit_cents,invoice_id,entry_id',
        `2026-03-02,credit_note_issued,4000,Sales,,USD,700,0,,${entry}`,
        `2026-03-02,credit_note_issued,2100,Customer credit,,USD,0,700,,${entry}`,
        '',
      ].join('\r\n'),
    );
  });

  test('by a parameter too, and JSON where both would do', async () => {
    const { hand } = world('everything');
    const csv = await worlds.desk.get(hand.key, '/reports/dso?format=csv').expect(200);
    expect(csv.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': expect.stringMatching(
        /^attachment; filename="dso-\d{4}-\d\d-\d\d\.csv"$/,
      ) as string,
    });
    for (const accept of [
      '*/*',
      'application/json, text/csv',
      'text/html',
      'text/csv;q=0.5, application/json',
    ]) {
      const answer = await worlds.desk.get(hand.key, '/reports/dso', accept).expect(200);
      expect([accept, answer.headers['content-type']]).toEqual([accept, 'application/json; charset=utf-8']);
    }
    const told = await worlds.desk.get(hand.key, '/reports/dso?format=json', 'text/csv').expect(200);
    expect(told.headers['content-type']).toBe('application/json; charset=utf-8');
  });
});
