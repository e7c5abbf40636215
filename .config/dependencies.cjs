// Who may import whom. Paths are resolved, so an index file or an alias hides nothing.
// The sentences are ARCHITECTURE.md's; `npm run boundaries` checks them.

module.exports = {
  forbidden: [
    {
      name: 'domain-knows-nobody',
      comment: 'The domain imports nothing but itself. Hand in what it needs as an argument.',
      severity: 'error',
      from: { path: '^src/domain/', pathNot: '^src/domain/(money|calendar)\\.ts$' },
      to: { pathNot: '^src/domain/' },
    },
    {
      name: 'money-and-calendar-know-one-library-each',
      comment: 'money.ts alone knows dinero.js, calendar.ts alone knows temporal-polyfill.',
      severity: 'error',
      from: { path: '^src/domain/(money|calendar)\\.ts$' },
      to: { pathNot: '^(src/domain/|node_modules/(dinero\\.js|temporal-polyfill)/)' },
    },
    {
      name: 'contract-knows-the-domain-only',
      comment: 'Names and shapes that both sides of Temporal agree on need no SDK.',
      severity: 'error',
      from: { path: '^src/contract/' },
      to: { pathNot: '^src/(domain|contract)/' },
    },
    {
      name: 'workflows-do-no-io',
      comment: 'A workflow sees domain, contract and the workflow SDK. Work in the world is an activity.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: {
        pathNot:
          '^(workflows/|src/domain/|src/contract/|node_modules/(@temporalio/(workflow|common)|async-mutex)/)',
      },
    },
    {
      name: 'workflows-do-not-know-the-activities',
      comment: 'The types of the activities are in src/contract; the worker brings the code.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '^(activities|src/(store|gateway|servers|sandbox)|test|bench)/' },
    },
    {
      name: 'activities-never-decide',
      comment: 'What may happen is decided in the workflow. Import the result, not the decision.',
      severity: 'error',
      from: { path: '^activities/' },
      to: { path: '^src/domain/invoice/(commands|agenda)\\.ts$' },
    },
    {
      name: 'activities-see-domain-contract-store-and-channels',
      comment: 'Activities are called by workflows; they call neither workflows nor the gateway.',
      severity: 'error',
      from: { path: '^activities/' },
      to: {
        path: '^(workflows/|src/(gateway|servers|cli|mcp|client)/|src/(start|worker|gateway|setup|demo)\\.ts$)',
      },
    },
    {
      name: 'gateway-and-store-meet-the-engine-in-temporal',
      comment: 'The gateway translates, the store keeps: neither runs a workflow or an activity itself.',
      severity: 'error',
      from: { path: '^src/(gateway|store|sandbox|servers|contract|domain)/' },
      to: { path: '^(activities|workflows)/' },
    },
    {
      name: 'drafting-serves-gateway-and-activities',
      comment: 'What a new invoice is made of is asked for over HTTP and by schedules: it knows neither.',
      severity: 'error',
      from: { path: '^src/drafting/' },
      to: { pathNot: '^src/(drafting|domain|contract|store)/', dependencyTypesNot: ['npm', 'core'] },
    },
    {
      name: 'store-knows-no-caller',
      comment: 'Whoever uses the store imports it, never the other way round.',
      severity: 'error',
      from: { path: '^src/store/' },
      to: { path: '^src/(drafting|gateway|servers|sandbox|[^/]+\\.ts$)' },
    },
    {
      name: 'sandbox-knows-no-gateway',
      comment: 'The stand-ins are outside servers that happen to live here.',
      severity: 'error',
      from: { path: '^src/sandbox/' },
      to: { path: '^src/(gateway|servers)/' },
    },
    {
      name: 'servers-know-no-gateway',
      comment: 'Finding and starting engines has nothing to do with HTTP.',
      severity: 'error',
      from: { path: '^src/servers/' },
      to: { path: '^src/(gateway|sandbox)/' },
    },
    {
      name: 'roots-are-imported-by-roots-only',
      comment: 'start, worker and gateway put things together. What others need of them belongs elsewhere.',
      severity: 'error',
      from: { path: '^(src|workflows|activities)/', pathNot: '^src/[^/]+\\.ts$' },
      to: { path: '^src/(start|worker|gateway|setup|demo)\\.ts$' },
    },
    {
      name: 'product-knows-no-test',
      severity: 'error',
      from: { path: '^(src|workflows|activities)/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'no-cycles',
      comment: 'Move what both need into a file of its own.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'Nobody imports this file. Delete it, or import it where it belongs.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: ['\\.test\\.ts$', '\\.d\\.ts$'],
      },
      to: {},
    },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'product-needs-no-dev-dependency',
      comment: 'Move the package from devDependencies to dependencies.',
      severity: 'error',
      from: { path: '^(src|workflows|activities)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.cjs', '.mjs', '.json', '.d.ts'],
    },
  },
};
