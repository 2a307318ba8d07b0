/** The bindings that Worker tests add to wrangler.toml: secrets, and the SQL door on a Unix socket as on a laptop. */

/** Connection strings that the SQL door of a test lets in. The passwords are those of a throw-away server. */
export const TEST_DATABASE_URL = 'postgres://weir_app:app@local/weir'
export const TEST_SYSTEM_DATABASE_URL = 'postgres://weir_system:system@local/weir'
const TEST_TOKEN_SECRET = Buffer.alloc(32, 7).toString('base64url')
/** Seals the secrets of blocks. */
export const TEST_SECRETS_KEY = Buffer.alloc(32, 9).toString('base64url')

/** Miniflare options for a door that listens on `sqlSocket`. */
export const workerBindings = (sqlSocket: string) => ({
  bindings: {
    DATABASE_URL: TEST_DATABASE_URL,
    SYSTEM_DATABASE_URL: TEST_SYSTEM_DATABASE_URL,
    TOKEN_SECRET: TEST_TOKEN_SECRET,
    SECRETS_KEY: TEST_SECRETS_KEY,
    CELL: 'test',
    PUBLIC_URL: 'http://127.0.0.1:4600',
    ALLOWED_HOSTS: '',
    TIME_SCALE: '1',
    METRICS_TOKEN: 'metrics-of-the-tests',
    // Tests are refused all the time.
    LOG_LEVEL: 'warn',
  },
  serviceBindings: { SQL: { external: { address: `unix:${sqlSocket}`, http: {} } } },
})
