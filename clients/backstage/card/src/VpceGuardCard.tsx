/** The card: the latest decisions about an entity, each with its outcome, its reasons and the way to the console. */

import {
  InfoCard,
  Link,
  Progress,
  ResponseErrorPanel,
  StatusError,
  StatusOK,
  StatusWarning,
} from "@backstage/core-components";
import { configApiRef, discoveryApiRef, fetchApiRef, useApi } from "@backstage/core-plugin-api";
import { MissingAnnotationEmptyState, useEntity } from "@backstage/plugin-catalog-react";
import Table from "@material-ui/core/Table";
import TableBody from "@material-ui/core/TableBody";
import TableCell from "@material-ui/core/TableCell";
import TableHead from "@material-ui/core/TableHead";
import TableRow from "@material-ui/core/TableRow";
import useAsync from "react-use/esm/useAsync";

import { ACCOUNT, filtersOf, isGuarded, LABEL } from "./annotations";
import { consoleAddress, latest, type Outcome, type ShownDecision } from "./decisions";

const TITLE = "VPC endpoints";
const STATUS = { allowed: StatusOK, denied: StatusError, undetermined: StatusWarning };
const WORDS: Record<Outcome, string> = { allowed: "Allowed", denied: "Denied", undetermined: "Allowed, not all judged" };

/** The card of the entity whose page it is on; `limit` is how many decisions it shows. */
export function VpceGuardCard({ limit = 5 }: { limit?: number }) {
  const { entity } = useEntity();
  return isGuarded(entity) ? (
    <Decisions filters={filtersOf(entity)} limit={limit} />
  ) : (
    <MissingAnnotationEmptyState annotation={[ACCOUNT, LABEL]} />
  );
}

function Decisions({ filters, limit }: { filters: Record<string, string>; limit: number }) {
  const discovery = useApi(discoveryApiRef);
  const { fetch } = useApi(fetchApiRef);
  const consoleUrl = useApi(configApiRef).getOptionalString("vpceGuard.consoleUrl");
  const found = useAsync(
    async () => latest({ base: `${await discovery.getBaseUrl("proxy")}/vpce-guard`, fetch }, filters, limit),
    [discovery, fetch, JSON.stringify(filters), limit],
  );
  const more = consoleUrl && { title: "All decisions", link: consoleAddress(consoleUrl, filters) };
  return (
    <InfoCard title={TITLE} {...(more ? { deepLink: more } : {})}>
      {found.loading && <Progress />}
      {found.error && <ResponseErrorPanel title="No decisions could be read" error={found.error} />}
      {found.value?.length === 0 && <p>Nothing was decided yet.</p>}
      {!!found.value?.length && (
        <Table size="small" aria-label="The latest decisions">
          <TableHead>
            <TableRow>
              {["Answer", "Endpoint", "Reasons", "Time"].map((name) => (
                <TableCell key={name}>{name}</TableCell>
              ))}
            </TableRow>
          </TableHead>
          <TableBody>
            {found.value.map((one) => (
              <Row key={one.id} decision={one} address={consoleUrl && consoleAddress(consoleUrl, filters, one.id)} />
            ))}
          </TableBody>
        </Table>
      )}
    </InfoCard>
  );
}

function Row({ decision, address }: { decision: ShownDecision; address: string | undefined }) {
  const Status = STATUS[decision.outcome];
  return (
    <TableRow>
      <TableCell>
        <Status>{WORDS[decision.outcome]}</Status>
      </TableCell>
      <TableCell>{address ? <Link to={address}>{decision.endpoint}</Link> : decision.endpoint}</TableCell>
      <TableCell>
        {decision.reasons.map((reason) => (
          <div key={reason}>{reason}</div>
        ))}
      </TableCell>
      <TableCell>
        <time dateTime={decision.time}>{new Date(decision.time).toLocaleString()}</time>
      </TableCell>
    </TableRow>
  );
}
