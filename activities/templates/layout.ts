// The frames around the words of a mail: one in HTML, one written for plain text. Every value is escaped by the
// renderer; the HTML loads nothing from anywhere.

const cell = 'padding:6px 0;border-bottom:1px solid #e6e8eb;vertical-align:top';
const amount = `${cell};text-align:right;white-space:nowrap`;
const sum = 'padding:4px 0;text-align:right;white-space:nowrap';

export const htmlLayout = `<!doctype html>
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
<p style="margin:22px 0"><a href="<%= it.link %>" style="display:inline-block;padding:12px 22px;border-radius:6px;background:#1f4fd8;color:#ffffff;text-decoration:none"><%= it.linkText %></a></p>
<table role="presentation" style="width:100%;border-collapse:collapse;font-size:14px">
<% for (const line of it.lines) { %>
<tr><td style="${cell}"><%= line.description %><br><span style="color:#60646c"><%= line.quantity %> &times; <%= line.rate %></span></td><td style="${amount}"><%= line.amount %></td></tr>
<% } %>
</table>
<table role="presentation" style="width:100%;border-collapse:collapse;font-size:14px;margin-top:8px">
<% for (const row of it.sums) { %>
<tr><td style="${sum};width:100%"><%= row.name %></td><td style="${sum};padding-left:18px<% if (row.strong) { %>;font-weight:700<% } %>"><%= row.amount %></td></tr>
<% } %>
</table>
<% if (it.note) { %>
<p style="margin:18px 0 0;white-space:pre-line"><%= it.note %></p>
<% } %>
<p style="margin:26px 0 0;padding-top:14px;border-top:1px solid #e6e8eb;color:#60646c;font-size:13px">Invoice <%= it.number %> from <%= it.organization %>. The address of the button: <%= it.link %></p>
</div>
</body>
</html>
`;

/** The renderer eats the line end after a tag, so each one that must stay is written twice. */
export const textLayout = `<%= it.organization %>

<%= it.heading %>


<% for (const paragraph of it.paragraphs) { %>
<%= paragraph %>


<% } %>
<%= it.linkText %>:
<%= it.link %>



Invoice <%= it.number %><% if (it.dueDate) { %>, due <%= it.dueDate %><% } %>

<% for (const line of it.lines) { %>
- <%= line.description %>: <%= line.quantity %> x <%= line.rate %> = <%= line.amount %>

<% } %>


<% for (const row of it.sums) { %>
<%= row.name %>: <%= row.amount %>

<% } %>
<% if (it.note) { %>

<%= it.note %>

<% } %>
`;
