/** Times as the screens write them, for regular expressions. */

/** To the second, with its day where that is not today: what is expected soon is tomorrow shortly before midnight. */
export const nearTime = String.raw`(\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d`
