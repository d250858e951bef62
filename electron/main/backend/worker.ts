/** The lab's entry in a worker thread of the desktop app. It will call start.ts when the desktop hosts the lab; until then it does nothing. */

export {}
