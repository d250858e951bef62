/** What the colours and patterns of a plate stand for, with how many wells have each. */

import { useId } from 'react'
import styles from './plate-map.module.css'
import { fillOf, WellFills, type WellLook } from './well-looks.tsx'

export function PlateLegend({ kinds }: { kinds: readonly { look: WellLook; count: number }[] }) {
  const id = useId()
  return (
    <ul className={styles.legend} aria-label="Legend">
      {kinds.map(({ look, count }) => (
        <li key={look.word}>
          <svg viewBox="0 0 16 16" width="1.25rem" height="1.25rem" aria-hidden>
            <WellFills id={id + look.colour + look.pattern} looks={[look]} />
            <circle cx="8" cy="8" r="7" fill={fillOf(id + look.colour + look.pattern, look)} className={styles.outline} />
          </svg>
          {look.word}
          <span className={styles.count}>{count}</span>
        </li>
      ))}
    </ul>
  )
}
