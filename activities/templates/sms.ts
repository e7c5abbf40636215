// The words of every text message. Short, in characters of the cheap alphabet, with the link at the end.

const pay = 'Pay here: <%= it.link %>';
const due = '<% if (it.dueDate) { %> on <%= it.dueDate %><% } %>';

export const smsWords = {
  text2pay: `<%= it.organization %>: invoice <%= it.number %>, <%= it.amountDue %> to pay. ${pay}`,
  invoice: `<%= it.organization %>: invoice <%= it.number %> for <%= it.amountDue %> is ready. ${pay}`,
  receipt:
    '<%= it.organization %>: we received <%= it.amountPaid %> for invoice <%= it.number %>. Thank you. <%= it.link %>',
  reminder_before: `<%= it.organization %>: <%= it.amountDue %> of invoice <%= it.number %> is due${due}. ${pay}`,
  reminder_due: `<%= it.organization %>: <%= it.amountDue %> of invoice <%= it.number %> is due today. ${pay}`,
  reminder_overdue: `<%= it.organization %>: invoice <%= it.number %> was due${due}, <%= it.amountDue %> is open. ${pay}`,
  final_notice: `<%= it.organization %>: final notice. Invoice <%= it.number %> was due${due}, <%= it.amountDue %> is open. ${pay}`,
} as const satisfies Readonly<Record<string, string>>;

export type SmsTemplate = keyof typeof smsWords;
