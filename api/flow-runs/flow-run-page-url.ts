/** The run's page in the workspace. */
export const flowRunPageUrl = (publicUrl: string, flowRunId: string): string => `${publicUrl}/flow-runs/${flowRunId}`
