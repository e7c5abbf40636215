// Each command where the lifecycle has no room for it, and the receipt of an invoice that is paid.
import { good, refusal } from '../support/e2e-http.ts';
import { newInvoice, pay, send, sent } from '../support/e2e-organization.ts';
import { ownOrganization } from '../support/e2e-shared.ts';

it('refuses each command where the lifecycle has no room for it', async () => {
  const user = await ownOrganization();
  const draft = await newInvoice(user);
  expect(await refusal(user.post(`/invoices/${draft.id}/void`))).toEqual([409, 'draft_void']);
  expect(await refusal(user.post(`/invoices/${draft.id}/remind`))).toEqual([409, 'wrong_status']);
  expect(await refusal(pay(user, draft.id))).toEqual([409, 'wrong_status']);
  await sent(user, draft.id);
  await good(pay(user, draft.id, { amount_cents: 1 }), 200);
  expect(await refusal(user.post(`/invoices/${draft.id}/void`))).toEqual([409, 'net_paid_not_zero']);
  await good(pay(user, draft.id), 200);
  for (const [path, code] of [
    ['void', 'already_paid'],
    ['remind', 'already_paid'],
    ['text2pay', 'already_paid'],
  ]) {
    expect(await refusal(user.post(`/invoices/${draft.id}/${path}`))).toEqual([409, code]);
  }
  expect(await refusal(pay(user, draft.id))).toEqual([409, 'already_paid']);
  const receipt = await send(user, draft.id);
  expect(receipt).toMatchObject({ status: 'paid', delivery: { email: { kind: 'receipt' } } });
  const other = await newInvoice(user, { action: 'issue' });
  await good(user.post(`/invoices/${other.id}/void`), 200);
  for (const path of ['send', 'void', 'remind', 'text2pay']) {
    expect(await refusal(user.post(`/invoices/${other.id}/${path}`))).toEqual([409, 'already_void']);
  }
  expect(await refusal(pay(user, other.id))).toEqual([409, 'already_void']);
});
