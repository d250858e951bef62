/** What a sample is: a barcode that says which one, and the well it sits in. */

/** Where a sample sits; `well` in its stored form (`A1`). */
export type SampleLocation = { plate: string; well: string }

/** Barcodes that a route of the workflow service already uses. */
export const reservedBarcodes: readonly string[] = ['validate', 'import']
