/** A share as a bar; the number stands beside it in words. */

export function Bar({ share, mark }: { readonly share: number; readonly mark?: number | undefined }) {
  const width = (of: number) => Math.min(100, Math.max(0, of * 100))
  return (
    <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect class="track" width="100" height="6" />
      <rect class="full" width={width(share)} height="6" />
      {mark !== undefined && <rect class="mark-line" x={Math.min(99.2, width(mark))} width="0.8" height="6" />}
    </svg>
  )
}
