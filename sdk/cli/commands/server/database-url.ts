/** The PostgreSQL of a control plane: the flag, or `WEIR_DATABASE_URL`, which shows its password to nobody who lists processes. */
export const databaseUrlOf = ({ databaseUrl }: { databaseUrl?: string }): string | undefined =>
  databaseUrl ?? (process.env['WEIR_DATABASE_URL'] || undefined)
