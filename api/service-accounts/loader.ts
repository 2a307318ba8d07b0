/** Service accounts by id, gathered per request. */
import { findServiceAccounts, type ServiceAccountRow } from '../../db/queries/service-accounts/service-accounts.ts'
import { loader } from '../reader.ts'

export const serviceAccountLoader = loader(findServiceAccounts, (account: ServiceAccountRow) => account.id)
