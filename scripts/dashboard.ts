// Builds monitoring/dashboard.json: the panels laid out, with variables for pool, node and pod. `UPDATE_GOLDEN=1 npm test`
// writes it, so that no command loads Grafana's SDK for what is the same each time.
import {
  LegendDisplayMode,
  LegendPlacement,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
  DashboardBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import { ROWS, VARIABLES, type Panel } from "../monitoring/panels";

const DATASOURCE = { type: "prometheus", uid: "$datasource" };

/** Three panels beside each other, of Grafana's 24 columns. */
const PANEL_WIDTH = 8;
const PANEL_HEIGHT = 8;

/** The dashboard as Grafana has it. */
export function buildDashboard(): object {
  const dashboard = new DashboardBuilder("Swap of Karpenter's nodes (eks-swap)")
    .uid("eks-swap")
    .description("Pools, nodes and containers with swap. Needs the recording rules of eks-swap.")
    .tags(["eks-swap", "kubernetes", "swap"])
    .time({ from: "now-6h", to: "now" })
    .refresh("1m")
    .timezone("browser")
    .withVariable(new DatasourceVariableBuilder("datasource").label("Data source").type("prometheus"));
  for (const [name, { series, label }] of Object.entries(VARIABLES))
    dashboard.withVariable(variable(name, series, label));
  for (const { title, panels } of ROWS) {
    dashboard.withRow(new RowBuilder(title));
    for (const panel of panels) dashboard.withPanel(timeSeries(panel));
  }
  return dashboard.build();
}

function variable(name: string, series: string, label: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(name)
    .datasource(DATASOURCE)
    .query(`label_values(${series}, ${label})`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue(".*")
    .current({ selected: true, text: "All", value: "$__all" });
}

function timeSeries({ title, description, unit, queries }: Panel): PanelBuilder {
  const panel = new PanelBuilder()
    .title(title)
    .description(description)
    .datasource(DATASOURCE)
    .unit(unit)
    .min(0)
    .fillOpacity(10)
    .span(PANEL_WIDTH)
    .height(PANEL_HEIGHT)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi));
  for (const [index, { expr, legend }] of queries.entries()) {
    panel.withTarget(
      new DataqueryBuilder()
        .datasource(DATASOURCE)
        .refId(String.fromCharCode(65 + index))
        .expr(expr)
        .legendFormat(legend),
    );
  }
  return panel;
}
