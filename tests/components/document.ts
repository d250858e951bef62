/** What happy-dom's documents lack of a browser's: a layout, fonts, and a word to the router. */

/**
 * Puts every element somewhere inside of a window that has its size: where all are points in a window without one, what floats beside an
 * element hides as if that were scrolled away. Where things really are is what the browser's suite looks at.
 */
export function completeDocument(): void {
  const { innerWidth, innerHeight } = window
  Object.defineProperties(document.documentElement, {
    clientWidth: { value: innerWidth },
    clientHeight: { value: innerHeight },
  })
  Element.prototype.getBoundingClientRect = () => new DOMRect(100, 100, 40, 20)
  // A text area that grows listens for fonts that are loaded.
  Object.defineProperty(document, 'fonts', { value: new EventTarget() })
  // Following a link to another hash changes the address; that browsers tell of it is what the router waits for.
  window.addEventListener('click', (event) => {
    const followed = !event.defaultPrevented && event.target instanceof Element && event.target.closest('a[href^="#"]')
    if (followed) queueMicrotask(() => window.dispatchEvent(new PopStateEvent('popstate')))
  })
}

/** What a person could read, in one line. */
export function readableText(): string {
  const copy = document.body.cloneNode(true) as HTMLElement // a copy of the body
  for (const style of copy.querySelectorAll('style')) style.remove()
  return copy.textContent
}
