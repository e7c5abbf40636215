// The words of every mail, as Eta templates over the facts of render/facts.ts. No markup here: the same sentences
// go into the HTML part and into the text part.

type EmailWords = {
  readonly subject: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
};

const hello = 'Hello<% if (it.customer) { %> <%= it.customer %><% } %>,';
const thanks = 'If you have paid in the last days, thank you: nothing more is needed.';

export const emailWords = {
  invoice: {
    subject: 'Invoice <%= it.number %> from <%= it.organization %>',
    heading: '<%= it.amountDue %> due<% if (it.dueDate) { %> by <%= it.dueDate %><% } %>',
    paragraphs: [
      hello,
      'here is invoice <%= it.number %> from <%= it.organization %>. You can look at it, and pay it, at the address below.',
    ],
  },
  receipt: {
    subject: 'Receipt for invoice <%= it.number %> from <%= it.organization %>',
    heading: '<%= it.amountPaid %> received',
    paragraphs: [
      hello,
      'thank you. We have received <%= it.amountPaid %> for invoice <%= it.number %>.<% if (!it.somethingDue) { %> Nothing more is due.<% } else { %> <%= it.amountDue %> is still due.<% } %>',
    ],
  },
  reminder_before: {
    subject: 'Invoice <%= it.number %> is due<% if (it.dueDate) { %> on <%= it.dueDate %><% } %>',
    heading: '<%= it.amountDue %> due<% if (it.dueDate) { %> by <%= it.dueDate %><% } %>',
    paragraphs: [
      hello,
      'a note ahead of time: <%= it.amountDue %> of invoice <%= it.number %> falls due<% if (it.dueDate) { %> on <%= it.dueDate %><% } %>.',
      thanks,
    ],
  },
  reminder_due: {
    subject: 'Invoice <%= it.number %> is due today',
    heading: '<%= it.amountDue %> due today',
    paragraphs: [
      hello,
      'invoice <%= it.number %> is due today, with <%= it.amountDue %> still open.',
      thanks,
    ],
  },
  reminder_overdue: {
    subject: 'Invoice <%= it.number %> is overdue',
    heading: '<%= it.amountDue %> overdue',
    paragraphs: [
      hello,
      'invoice <%= it.number %> was due<% if (it.dueDate) { %> on <%= it.dueDate %><% } %> and <%= it.amountDue %> is still open.<% if (it.lateFees) { %> This includes late fees of <%= it.lateFees %>.<% } %>',
      'Please pay it now, or answer this mail if something is not right with it.',
      thanks,
    ],
  },
  final_notice: {
    subject: 'Final notice: invoice <%= it.number %> is overdue',
    heading: 'Final notice: <%= it.amountDue %> overdue',
    paragraphs: [
      hello,
      'this is our last reminder. Invoice <%= it.number %> was due<% if (it.dueDate) { %> on <%= it.dueDate %><% } %> and <%= it.amountDue %> is still open.<% if (it.lateFees) { %> This includes late fees of <%= it.lateFees %>.<% } %>',
      'Please pay it within seven days, or answer this mail so that we can find a way together.',
    ],
  },
} as const satisfies Readonly<Record<string, EmailWords>>;

export type EmailTemplate = keyof typeof emailWords;
