// The words and the look of the customer's page. Values are escaped by the template engine.

const style = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #556070; --line: #d5dae2; --paper: #fff; --back: #f4f6f9 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf2; --soft: #a9b4c2; --line: #3a4553; --paper: #1b222c; --back: #12171e } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back); margin: 0; padding: 1rem }
main { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; max-width: 42rem; margin: 0 auto; padding: 1.25rem }
h1 { font-size: 1.25rem; margin: 0 } .from { color: var(--soft); margin: 0 0 1rem } .lead { font-size: 1.1rem; font-weight: 600 }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 } th, td { text-align: left; padding: .4rem .3rem; border-bottom: 1px solid var(--line) }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap } dl { display: flex; gap: 2rem; margin: 1rem 0 } dt { color: var(--soft) } dd { margin: 0 }
tfoot tr:last-child th, tfoot tr:last-child td { font-weight: 700; border-bottom: 0 } tfoot th { font-weight: 400 }
.test { border: 1px solid var(--line); padding: .3rem .6rem; display: inline-block; color: var(--soft) }
@media print { body { background: #fff } main { border: 0 } }
`;

function page(title: string, body: string, locale: string): string {
  return `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${title}</title><style>${style}</style></head>
<body><main>
${body}
</main></body></html>
`;
}

export const invoiceTemplate = page(
  'Invoice <%= it.number %>',
  `<h1>Invoice <%= it.number %></h1>
<p class="from">from <%= it.organization %></p>
<% if (it.isTest) { %><p class="test">Test mode: no money is owed.</p><% } %>
<p class="lead" role="status"><%= it.sentence %></p>
<dl><% for (const [name, value] of it.dates) { %><div><dt><%= name %></dt><dd><%= value %></dd></div><% } %></dl>
<table><caption hidden>Lines and totals</caption>
<thead><tr><th scope="col">Description</th><th scope="col" class="number">Quantity</th><th scope="col" class="number">Rate</th><th scope="col" class="number">Amount</th></tr></thead>
<tbody><% for (const [description, quantity, rate, amount] of it.lines) { %>
<tr><td><%= description %></td><td class="number"><%= quantity %></td><td class="number"><%= rate %></td><td class="number"><%= amount %></td></tr><% } %>
</tbody>
<tfoot><% for (const [name, amount] of it.sums) { %>
<tr><th scope="row" colspan="3"><%= name %></th><td class="number"><%= amount %></td></tr><% } %>
</tfoot></table>
<% if (it.note) { %><p><%= it.note %></p><% } %>
<% if (!it.isClosed) { %><p>Questions? Answer the mail that brought you here.</p><% } %>`,
  '<%= it.locale %>',
);

export const unknownTemplate = page(
  'Not found',
  '<h1>There is no invoice at this address</h1><p>Check the link in your mail, or ask the business that sent it.</p>',
  'en',
);
