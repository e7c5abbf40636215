// The words of a message over all open invoices of a customer, as Eta templates over the facts of render/dunning.ts.

type DunningWords = {
  readonly subject: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly sms: string;
};

const hello = 'Hello<% if (it.customer) { %> <%= it.customer %><% } %>,';
const thanks = 'If you have paid in the last days, thank you: nothing more is needed.';
const many = '<% if (it.count === 1) { %>an invoice<% } else { %><%= it.count %> invoices<% } %>';
const since = '<%= it.daysOverdue %> <% if (it.daysOverdue === 1) { %>day<% } else { %>days<% } %>';

export const dunningWords = {
  dunning: {
    subject: 'Overdue invoices from <%= it.organization %>',
    heading: '<%= it.overdue %> overdue',
    paragraphs: [
      hello,
      `${many} of <%= it.organization %> to you should have been paid by now, the oldest of them for ${since}. Below is everything that is open, with the address at which each can be looked at and paid.`,
      'Please pay what is overdue now, or answer this mail if something is not right with it.',
      thanks,
    ],
    sms: `<%= it.organization %>: <%= it.overdue %> overdue on ${many}, the oldest for ${since}. Pay here: <%= it.link %>`,
  },
  final_notice: {
    subject: 'Final notice: overdue invoices from <%= it.organization %>',
    heading: 'Final notice: <%= it.overdue %> overdue',
    paragraphs: [
      hello,
      `this is our last reminder. ${many} of <%= it.organization %> to you should have been paid by now, the oldest of them for ${since}.`,
      'Please pay what is overdue within seven days, or answer this mail so that we can find a way together.',
    ],
    sms: `<%= it.organization %>: final notice. <%= it.overdue %> overdue on ${many}, the oldest for ${since}. Pay here: <%= it.link %>`,
  },
} as const satisfies Readonly<Record<string, DunningWords>>;

export type DunningTemplate = keyof typeof dunningWords;

const cell = 'padding:6px 0;border-bottom:1px solid #e6e8eb;vertical-align:top';
const amount = `${cell};text-align:right;white-space:nowrap`;
const sum = 'padding:6px 0;text-align:right;white-space:nowrap;font-weight:700';

const rows = (
  list: string,
): string => `<% for (const row of section.${list}) { %><tr><td style="${cell}"><a href="<%= row.link %>">Invoice <%= row.number %></a><br><span style="color:#60646c"><%= row.when %></span></td><td style="${amount}"><%= row.due %></td></tr>
<% } %>`;

export const dunningHtml = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title><%= it.subject %></title>
</head>
<body style="margin:0;padding:24px 12px;background:#f4f5f7;color:#1c2024;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
<div style="max-width:600px;margin:0 auto;padding:28px 28px 20px;background:#ffffff;border-radius:8px">
<p style="margin:0 0 4px;color:#60646c"><%= it.organization %></p>
<h1 style="margin:0 0 20px;font-size:24px;line-height:1.25"><%= it.heading %></h1>
<% for (const paragraph of it.paragraphs) { %>
<p style="margin:0 0 14px;white-space:pre-line"><%= paragraph %></p>
<% } %>
<% for (const section of it.sections) { %>
<h2 style="margin:22px 0 4px;font-size:16px"><%= section.heading %></h2>
<table role="presentation" style="width:100%;border-collapse:collapse;font-size:14px">
${rows('overdue')}
${rows('upcoming')}
<% if (section.more) { %>
<tr><td style="${cell}" colspan="2"><%= section.more %></td></tr>
<% } %>
<tr><td style="${sum}">Overdue</td><td style="${sum}"><%= section.overdueTotal %></td></tr>
<% if (section.total) { %>
<tr><td style="${sum}">Open in all</td><td style="${sum}"><%= section.total %></td></tr>
<% } %>
</table>
<% } %>
</div>
</body>
</html>
`;

const lines = (list: string): string => `<% for (const row of section.${list}) { %>
- Invoice <%= row.number %>, <%= row.when %>: <%= row.due %>

  <%= row.link %>

<% } %>`;

/** The renderer eats the line end after a tag, so each one that must stay is written twice. */
export const dunningText = `<%= it.organization %>

<%= it.heading %>


<% for (const paragraph of it.paragraphs) { %>
<%= paragraph %>


<% } %>
<% for (const section of it.sections) { %>
<%= section.heading %>

${lines('overdue')}
${lines('upcoming')}
<% if (section.more) { %>
<%= section.more %>

<% } %>
Overdue: <%= section.overdueTotal %>

<% if (section.total) { %>
Open in all: <%= section.total %>

<% } %>

<% } %>
`;
