// What Twilio, or its stand-in, reports about a text that it had accepted, and the texts that come back.
import express, { type Request, type Response, Router } from 'express';
import twilio from 'twilio';
import type { MessageStatusArguments } from '../../contract/invoice.ts';
import { invoiceWorkflowId, messageStatusSignal } from '../../contract/names.ts';
import { commandPatience } from '../../contract/names.ts';
import { reportDunning } from '../../store/dunning.ts';
import { sortFailure } from '../failure.ts';
import { refusedAs } from '../problem.ts';
import type { Tools } from '../route.ts';
import { exactly } from '../../store/exactly.ts';

/** Where the stand-in keeps the account that it made for itself. */
const sandboxAccountKey = 'twilio_sandbox_account';

const outcomes: Readonly<Record<string, MessageStatusArguments['state']>> = {
  delivered: 'delivered',
  undelivered: 'bounced',
  failed: 'bounced',
};

async function authTokens(tools: Tools): Promise<string[]> {
  const sandbox = await tools.store.meta.findOne({ _id: sandboxAccountKey });
  const account = JSON.parse(sandbox?.value ?? '{}') as { authToken?: string };
  return [account.authToken, tools.config.TWILIO_AUTH_TOKEN].filter((token) => token !== undefined);
}

/** Twilio signs the address that it was given, which is ours as it is seen from outside. */
function isGenuine(tools: Tools, request: Request, tokens: readonly string[]): boolean {
  const signature = request.get('x-twilio-signature') ?? '';
  const url = tools.publicUrl + request.originalUrl;
  const parameters = request.body as Record<string, unknown>;
  return tokens.some((token) => twilio.validateRequest(token, signature, url, parameters));
}

async function report(
  tools: Tools,
  messageId: string,
  told: Omit<MessageStatusArguments, 'messageId'>,
): Promise<void> {
  const message = await tools.store.messages.findOne({ _id: messageId });
  if (message === null) throw refusedAs('not_found');
  if (message.invoice_id === null) return reportDunning(tools.store, message, told);
  const workflowId = invoiceWorkflowId(message.organization_id, message.invoice_id);
  const { client } = tools;
  try {
    await client.withDeadline(Date.now() + commandPatience, () =>
      client.workflow
        .getHandle(workflowId)
        .signal<[MessageStatusArguments]>(messageStatusSignal, { messageId, ...told }),
    );
  } catch (error) {
    // A closed invoice is not brought back by news of its last message.
    if (sortFailure(error).kind !== 'closed') throw refusedAs('engine_unavailable');
  }
}

function single(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The words that Twilio takes for an opt-out, as the whole text. */
const stopWords: ReadonlySet<string> = new Set([
  'STOP',
  'STOPALL',
  'UNSUBSCRIBE',
  'CANCEL',
  'END',
  'QUIT',
  'OPTOUT',
  'REVOKE',
]);

function asksToStop({ Body: words, OptOutType: recognised }: Record<string, unknown>): boolean {
  return recognised === 'STOP' || stopWords.has((single(words) ?? '').trim().toUpperCase());
}

/** Whoever is behind the number is not texted any more, by no organization. A person may record consent anew. */
async function takeBackConsent({ store, logger }: Tools, phone: string): Promise<void> {
  const { modifiedCount } = await store.customers.updateMany(
    { phone: exactly(phone), sms_consent: { $ne: false } },
    { $set: { sms_consent: false, updated_at: new Date().toISOString() } },
  );
  logger.info({ customers: modifiedCount }, 'a phone has opted out of texts');
}

export function twilioRoutes(tools: Tools): Router {
  const router = Router();
  const form = express.urlencoded({ extended: false, limit: '64kb' });
  router.post('/callbacks/twilio/status', form, async (request: Request, response: Response) => {
    request.body ??= {};
    if (!isGenuine(tools, request, await authTokens(tools))) throw refusedAs('bad_signature');
    const { MessageStatus: status, ErrorCode: code } = request.body as Record<string, unknown>;
    const state = outcomes[single(status) ?? ''];
    const messageId = single(request.query['message']);
    if (messageId === null) throw refusedAs('not_found');
    if (state !== undefined) await report(tools, messageId, { state, code: single(code) });
    response.status(204).end();
  });
  router.post('/callbacks/twilio/inbound', form, async (request: Request, response: Response) => {
    request.body ??= {};
    if (!isGenuine(tools, request, await authTokens(tools))) throw refusedAs('bad_signature');
    const fields = request.body as Record<string, unknown>;
    const phone = single(fields['From']);
    if (phone !== null && asksToStop(fields)) await takeBackConsent(tools, phone);
    // An empty answer: nothing is texted back, Twilio itself confirms the opt-out.
    response.type('text/xml').send('<Response></Response>');
  });
  return router;
}
