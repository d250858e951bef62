/** How an operation on a device can stand or end. */

export const logStatuses = ['running', 'completed', 'failed', 'aborted', 'interrupted'] as const
export type LogStatus = (typeof logStatuses)[number]

/** JSON as a script may give and get it back. */
export type JsonObject = { readonly [key: string]: unknown }
