/** What of the deployment page is in its address. */
const DEPLOYMENT_TABS = ['runs', 'schedules', 'parameters', 'versions', 'configuration'] as const
/** One of them. */
export type DeploymentTab = (typeof DEPLOYMENT_TABS)[number]

/** What is missing or makes no sense is as on a fresh page. */
export const readDeploymentTab = (search: Pick<URLSearchParams, 'get'>): DeploymentTab =>
  DEPLOYMENT_TABS.find((tab) => tab === search.get('tab')) ?? 'runs'
