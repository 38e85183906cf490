/** What the troubles between gateway and broker mean, and what to do, in both languages. */
import type { BrokerFault, Fault } from './faults.ts'

type Sentences = Readonly<Record<BrokerFault, Readonly<Record<'en' | 'fr', string>>>>

/** `{where}`: the broker, the topic or the file; `{detail}`: the words of the system or of the broker. */
export const brokerMessages = {
  BROKER_NOT_FOUND: {
    en: 'The name {where} has no address ({detail}): check `broker` in the site file, and that the gateway has a name server.',
    fr: 'Le nom {where} n’a pas d’adresse ({detail}) : vérifier `broker` dans le fichier de site, et que la passerelle a un serveur de noms.',
  },
  BROKER_UNREACHABLE: {
    en: 'The broker {where} does not answer ({detail}): check that it runs, its port, and the network. Records are kept meanwhile.',
    fr: 'Le broker {where} ne répond pas ({detail}) : vérifier qu’il tourne, son port et le réseau. Les enregistrements sont gardés en attendant.',
  },
  BROKER_CLOSED: {
    en: 'The broker {where} hung up ({detail}): if it does so again, check that mqtt:// or mqtts:// fits the port, and read its log.',
    fr: 'Le broker {where} a raccroché ({detail}) : si cela se répète, vérifier que mqtt:// ou mqtts:// convient au port, et lire son journal.',
  },
  BROKER_BUSY: {
    en: 'The broker {where} has no room now ({detail}): it is tried again, more and more seldom. Records are kept meanwhile.',
    fr: 'Le broker {where} n’a pas de place pour l’instant ({detail}) : de nouveaux essais suivent, de plus en plus espacés. Les enregistrements sont gardés en attendant.',
  },
  BROKER_REFUSED_LOGIN: {
    en: 'The broker {where} refuses the login ({detail}): check user name, password file and client certificate, and that the broker knows them.',
    fr: 'Le broker {where} refuse l’identification ({detail}) : vérifier l’identifiant, le fichier du mot de passe et le certificat client, et que le broker les connaît.',
  },
  BROKER_REFUSED_CLIENT_ID: {
    en: 'The broker {where} refuses the client id ({detail}): set the `client_id` that it expects.',
    fr: 'Le broker {where} refuse l’identifiant de client ({detail}) : indiquer dans `client_id` celui qu’il attend.',
  },
  BROKER_CLIENT_ID_TAKEN: {
    en: 'Another client came to {where} with the same client id ({detail}): two gateways with one identity? Stop the copy, or give each its own `client_id`.',
    fr: 'Un autre client est venu sur {where} avec le même identifiant ({detail}) : deux passerelles avec une identité ? Arrêter la copie, ou donner à chacune son `client_id`.',
  },
  BROKER_NOT_AUTHORISED: {
    en: 'The broker does not allow {where} ({detail}): add the access rule to it (Mosquitto: `pattern readwrite fanal/<tenant>/%u/#`). Records are kept meanwhile.',
    fr: 'Le broker n’autorise pas {where} ({detail}) : y ajouter la règle d’accès (Mosquitto : `pattern readwrite fanal/<tenant>/%u/#`). Les enregistrements sont gardés en attendant.',
  },
  BROKER_QUOTA: {
    en: 'The broker takes no more on {where} ({detail}): raise its quota. Records are kept and tried again.',
    fr: 'Le broker ne prend plus rien sur {where} ({detail}) : relever son quota. Les enregistrements sont gardés et retentés.',
  },
  BROKER_TOO_LARGE: {
    en: 'A message is too large for the broker on {where} ({detail}): raise its largest packet size, or let the release speak more often.',
    fr: 'Un message est trop grand pour le broker sur {where} ({detail}) : relever sa taille maximale de paquet, ou faire parler la sortie plus souvent.',
  },
  BROKER_REFUSED_MESSAGE: {
    en: 'The broker refuses what is published on {where} ({detail}): its log says why. Records are kept and tried again.',
    fr: 'Le broker refuse ce qui est publié sur {where} ({detail}) : son journal dit pourquoi. Les enregistrements sont gardés et retentés.',
  },
  BROKER_SILENT: {
    en: 'The broker swallows what is published: nothing came back on {where} ({detail}). It speaks MQTT 3.1.1, which hides refusals: add the access rule (Mosquitto: `pattern readwrite fanal/<tenant>/%u/#`). Records are kept meanwhile.',
    fr: 'Le broker avale ce qui est publié : rien n’est revenu sur {where} ({detail}). Il parle MQTT 3.1.1, qui cache les refus : ajouter la règle d’accès (Mosquitto : `pattern readwrite fanal/<tenant>/%u/#`). Les enregistrements sont gardés en attendant.',
  },
  BROKER_TLS_UNTRUSTED: {
    en: 'The certificate of {where} comes from an authority that is not trusted here ({detail}): name the right one as `ca`.',
    fr: 'Le certificat de {where} vient d’une autorité inconnue ici ({detail}) : indiquer la bonne dans `ca`.',
  },
  BROKER_TLS_WRONG_NAME: {
    en: 'The certificate of {where} is another’s ({detail}): use the name that stands in it, or renew it with this one.',
    fr: 'Le certificat de {where} est celui d’un autre ({detail}) : utiliser le nom qui y figure, ou le renouveler avec celui-ci.',
  },
  BROKER_TLS_EXPIRED: {
    en: 'The certificate of {where} has expired ({detail}): renew it at the broker; if it has not, the clock of this machine is wrong.',
    fr: 'Le certificat de {where} a expiré ({detail}) : le renouveler sur le broker ; sinon, c’est l’horloge de cette machine qui est fausse.',
  },
  BROKER_TLS_NOT_YET_VALID: {
    en: 'The certificate of {where} begins in the future ({detail}): check the clock of this machine first.',
    fr: 'Le certificat de {where} commence dans le futur ({detail}) : vérifier d’abord l’horloge de cette machine.',
  },
  BROKER_TLS_CLIENT_CERTIFICATE: {
    en: 'The broker {where} does not accept our certificate, or wants one ({detail}): check `certificate` and `key`, their authority and their date.',
    fr: 'Le broker {where} n’accepte pas notre certificat, ou en exige un ({detail}) : vérifier `certificate` et `key`, leur autorité et leur date.',
  },
  BROKER_FILE: {
    en: 'The file {where} cannot be used ({detail}): check that it is there, readable, and in PEM form.',
    fr: 'Le fichier {where} est inutilisable ({detail}) : vérifier qu’il est là, lisible, et au format PEM.',
  },
  BROKER_PROTOCOL: {
    en: 'What answers at {where} does not speak MQTT as expected ({detail}): check the port, and whether mqtt:// or mqtts:// is right.',
    fr: 'Ce qui répond sur {where} ne parle pas MQTT comme prévu ({detail}) : vérifier le port, et si c’est mqtt:// ou mqtts://.',
  },
  CONTEXT_UNREACHABLE: {
    en: 'The context broker {where} does not answer ({detail}): check `uplink.ngsi_ld.url`, that it runs, and the network. Records are kept and tried again.',
    fr: 'Le broker de contexte {where} ne répond pas ({detail}) : vérifier `uplink.ngsi_ld.url`, qu’il tourne, et le réseau. Les enregistrements sont gardés et retentés.',
  },
  CONTEXT_BUSY: {
    en: 'The context broker {where} cannot take entities now ({detail}): look at its log and its load. Records are kept and tried again, more and more seldom.',
    fr: 'Le broker de contexte {where} ne peut pas prendre d’entités pour l’instant ({detail}) : voir son journal et sa charge. Les enregistrements sont gardés et retentés, de plus en plus rarement.',
  },
  CONTEXT_DENIED: {
    en: 'The context broker {where} does not let us write ({detail}): check the tenant (`uplink.ngsi_ld.tenant`), the certificate, and its access rules. Records are kept.',
    fr: 'Le broker de contexte {where} ne nous laisse pas écrire ({detail}) : vérifier le locataire (`uplink.ngsi_ld.tenant`), le certificat et ses règles d’accès. Les enregistrements sont gardés.',
  },
  CONTEXT_NO_API: {
    en: 'What answers at {where} has no NGSI-LD batch door ({detail}): `uplink.ngsi_ld.url` is the address before `/ngsi-ld/v1`; check that the broker speaks NGSI-LD, not NGSI v2. Records are kept.',
    fr: 'Ce qui répond sur {where} n’a pas d’entrée NGSI-LD par lots ({detail}) : `uplink.ngsi_ld.url` est l’adresse avant `/ngsi-ld/v1` ; vérifier que le broker parle NGSI-LD, et non NGSI v2. Les enregistrements sont gardés.',
  },
  CONTEXT_NO_HISTORY: {
    en: 'The context broker {where} keeps no history ({detail}): what waited during an outage is not given to it any more. Switch its temporal interface on, or take the JSON stream besides.',
    fr: 'Le broker de contexte {where} ne garde pas d’historique ({detail}) : ce qui a attendu pendant une coupure ne lui est plus donné. Activer son interface temporelle, ou recevoir aussi le flux JSON.',
  },
  CONTEXT_REFUSED_ENTITY: {
    en: 'The context broker refuses the entity {where} for good ({detail}): it is not sent again. Its log says what it wants otherwise; please report it with this line.',
    fr: 'Le broker de contexte refuse définitivement l’entité {where} ({detail}) : elle n’est pas renvoyée. Son journal dit ce qu’il attend ; merci de le signaler avec cette ligne.',
  },
} as const satisfies Sentences

export function isBrokerFault(code: string): code is BrokerFault {
  return Object.hasOwn(brokerMessages, code)
}

export function brokerTrouble({ code, where, detail }: Fault, language: 'en' | 'fr'): string {
  return brokerMessages[code][language].replace('{where}', () => where).replace('{detail}', () => detail)
}
