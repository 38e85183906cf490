/** What a release says against itself, or against the rest of its site, in words. */
import type { Explanation } from './explanations.ts'

export const releaseExplanations = {
  'release-of-nothing': {
    what: { en: '"{key}" names neither points nor alarms', fr: '« {key} » ne nomme ni points ni alarmes' },
    help: {
      en: 'points: ["*.energy_active_import"], or alarms: ["device-dead"]',
      fr: 'points: ["*.energy_active_import"], ou alarms: ["device-dead"]',
    },
  },
  'all-dropped': {
    what: { en: 'drop leaves no point of "{release}"', fr: 'drop ne laisse aucun point de « {release} »' },
    help: { en: 'narrow it, or remove the release', fr: 'restreignez-le, ou retirez la sortie' },
  },
  'drops-nothing': {
    what: {
      en: 'no point of this release fits "{value}"',
      fr: 'aucun point de cette sortie ne correspond à « {value} »',
    },
    help: { en: 'its points: {allowed}', fr: 'ses points : {allowed}' },
  },
  'no-such-alarm': {
    what: { en: 'no alarm is called "{value}"', fr: 'aucune alarme ne s’appelle « {value} »' },
    help: { en: 'there is: {allowed}', fr: 'il y a : {allowed}' },
  },
  'statistic-without-sense': {
    what: {
      en: '"{statistic}" says nothing of the points of this release',
      fr: '« {statistic} » ne dit rien des points de cette sortie',
    },
    help: { en: 'for these: {fits}', fr: 'pour ceux-ci : {fits}' },
  },
  'point-without-statistic': {
    what: {
      en: '{points}: none of these statistics can be told of it',
      fr: '{points} : aucune de ces statistiques ne peut en être dite',
    },
    help: {
      en: 'add last, which can be told of all; or take it out with drop',
      fr: 'ajoutez last, qui se dit de tout ; ou retirez-le avec drop',
    },
  },
  'encoding-without-settings': {
    what: { en: '"{encoding}" needs its settings under uplink', fr: '« {encoding} » veut ses réglages sous uplink' },
    help: { en: 'uplink: { sparkplug: { group: … } }', fr: 'uplink: { sparkplug: { group: … } }' },
  },
  'encoding-twice': {
    what: { en: '"{encoding}" stands twice', fr: '« {encoding} » figure deux fois' },
    help: { en: 'once is enough', fr: 'une fois suffit' },
  },
  'batch-beside-aggregate': {
    what: {
      en: 'windows leave when they end: batch does nothing',
      fr: 'une fenêtre sort quand elle finit : batch ne fait rien',
    },
    help: { en: 'leave batch out, or lengthen "every"', fr: 'retirez batch, ou allongez « every »' },
  },
  'detail-without-aggregate': {
    what: {
      en: 'detail tells besides windows what is read, and there are no windows here',
      fr: 'detail dit en plus des fenêtres ce qui est lu, et il n’y a pas de fenêtres ici',
    },
    help: {
      en: 'add aggregate: { every: 15m, of: [mean] }, or leave detail out',
      fr: 'ajoutez aggregate: { every: 15m, of: [mean] }, ou retirez detail',
    },
  },
  'group-without-window': {
    what: {
      en: 'points are summed over a window, and there is none',
      fr: 'des points s’additionnent sur une fenêtre, et il n’y en a pas',
    },
    help: { en: 'add aggregate: { every: 1h, of: [mean] }', fr: 'ajoutez aggregate: { every: 1h, of: [mean] }' },
  },
  'not-additive': {
    what: { en: '{points}: {quantity} cannot be added up', fr: '{points} : {quantity} ne s’additionne pas' },
    help: {
      en: 'a group of points is for powers, energies, volumes and counts',
      fr: 'un groupe de points est pour des puissances, énergies, volumes et nombres',
    },
  },
  'group-of-extremes': {
    what: {
      en: '"{statistic}" of a sum is not the sum of "{statistic}"',
      fr: '« {statistic} » d’une somme n’est pas la somme des « {statistic} »',
    },
    help: { en: 'of a group of points: {fits}', fr: 'd’un groupe de points : {fits}' },
  },
  'group-never-full': {
    what: {
      en: 'no more than {there} points could ever tell: nothing would leave',
      fr: 'jamais plus de {there} points ne diraient : rien ne sortirait',
    },
    help: { en: '{there} or less, or more points', fr: '{there} ou moins, ou plus de points' },
  },
  'group-of-no-counts': {
    what: {
      en: '{points}: this is no number of people or things',
      fr: '{points} : ceci n’est pas un nombre de personnes ou de choses',
    },
    help: {
      en: 'a group of counts is for passages and counts; sums of meters have of: points',
      fr: 'un groupe de counts est pour des passages et des nombres ; les sommes de compteurs ont of: points',
    },
  },
  'noise-never-paid': {
    what: {
      en: 'one number costs {epsilon}, a day may spend {day}: nothing would ever leave',
      fr: 'un nombre coûte {epsilon}, un jour peut dépenser {day} : rien ne sortirait jamais',
    },
    help: { en: 'per_day: {epsilon} or more', fr: 'per_day: {epsilon} ou plus' },
  },
  'bucket-not-ascending': {
    what: { en: '{value}: bounds go up', fr: '{value} : les bornes vont croissant' },
    help: {
      en: 'each once, the least first: bucket: [0, 5, 20, 50]',
      fr: 'chacune une fois, la plus petite d’abord : bucket: [0, 5, 20, 50]',
    },
  },
  'coarsens-nothing': {
    what: { en: 'coarsen says neither time nor place', fr: 'coarsen ne dit ni temps ni lieu' },
    help: { en: 'coarsen: { time: 15m }, or { place: 0.01 }', fr: 'coarsen: { time: 15m }, ou { place: 0.01 }' },
  },
} as const satisfies Record<string, Explanation>
