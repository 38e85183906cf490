/** Whether the noise is of the distribution that is published: 10⁶ draws of the machine's own randomness against the closed form. */
import { systemSecrets } from '../../clock.ts'
import { fitOf, type Fit } from '../../disclosure/testing/chi-squared.ts'
import { bitsFrom, rational } from '../../disclosure/treatments/discrete-laplace.ts'
import { bar } from '../bars.ts'
import { measured, type Result } from '../result.ts'

const scales = [1, 10]

export async function* noise({ short }: { short: boolean }): AsyncGenerator<Result> {
  const draws = short ? 50_000 : 1_000_000
  const bits = bitsFrom(systemSecrets)
  const fits = scales.map((scale): [number, Fit] => [scale, fitOf(rational(scale), draws, bits)])
  yield measured(
    bar('data.noise-p'),
    Math.min(...fits.map(([, { p }]) => p)),
    `χ² of ${draws} draws for each scale; how often a right sampler would be as far off, the least of them (one right run of 5 000 fails)`,
    Object.fromEntries(
      fits.map(([scale, { chiSquared, degrees, p }]) => [
        `scale ${scale}`,
        `χ² ${chiSquared.toFixed(1)} of ${degrees} degrees, p ${p.toFixed(4)}`,
      ]),
    ),
  )
  await Promise.resolve()
}
