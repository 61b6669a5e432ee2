using Payments.Benchmark.Measuring;
using Spectre.Console;

namespace Payments.Benchmark.Reporting;

/// <summary>The report for people.</summary>
internal sealed class Tables(TextWriter writer)
{
    // A table is as wide as it is: a window wraps it, a file keeps it, nothing is cut off.
    private const int Width = 1000;
    private const string None = "-";

    /// <summary>One scenario, as soon as it is checked.</summary>
    public void Write(ScenarioResult result)
    {
        writer.WriteLine();
        writer.WriteLine(
            $"{result.Name} ({result.Workers}, {result.Psp} PSP, {result.ProcessesPerWorker} process(es) per worker)");
        if (result.Violations.Count > 0)
        {
            writer.WriteLine("  No figures: the check found violations.");
            foreach (var violation in result.Violations)
                writer.WriteLine($"  {violation}");
            return;
        }

        if (result.Outage is { } outage)
            WriteOutage(outage);
        else
            WriteMeasured(result);
        foreach (var remark in result.Remarks)
            writer.WriteLine($"  {remark}");
        writer.WriteLine(
            "  Nothing lost: every payment ended as expected, every queue is empty, every invariant holds.");
    }

    private void WriteMeasured(ScenarioResult result)
    {
        if (result.Throughput.Count > 0)
            WriteThroughput(result);
        if (result.Latency.Count > 0)
            WriteLatency(result.Latency);
        if (result.Queries.Count > 0)
            WriteQueries(result.Queries);
        if (result.Throughput.Count > 0)
            WriteRest(result);
    }

    private void WriteOutage(OutageRun run)
    {
        var table = Table([
            "latency ms", ">normal p50", ">p95", ">p99", ">outage p50", ">p95", ">p99", ">afterwards p50", ">p95", ">p99",
            ">p99 outage/normal", "within 1.5 times"]);
        foreach (var row in run.Healthy)
            Row(table, [row.Psp, .. Phases(row), $"{row.Ratio:0.00}", row.IsWithin ? "yes" : "no"]);
        Row(table, [$"{run.IllPsp}, which was ill", .. Phases(run.Ill), None, None]);
        Write(table);
        var ends = string.Join(", ", run.IllEnds.Select(e => $"{e.Value} {e.Key}"));
        writer.WriteLine(
            $"  {run.IllPsp} ({run.Fault}, {OutagePhases.Outage.TotalSeconds:0} s at {run.PaymentsPerSecond:0} payments/s of all PSPs): {ends}; "
            + $"longest wait {run.LongestWaitSeconds:0.0} s; backlog drained {run.DrainedSeconds:0.0} s after the outage; "
            + $"breaker opened {run.BreakerOpenings} times.");
        writer.WriteLine(
            $"  Dead letters: {run.DeadLetters}. Terminal events heard twice: {run.Duplicates}. "
            + $"Sent late: p99 {run.SendDelayMilliseconds?.P99:0.0} ms. Machine: {Machine(run.IsBusyMachine)} (other {run.Cost?.OtherShare:P0}).");
    }

    private static IEnumerable<string> Phases(PhaseLatency row) =>
        from phase in (Percentiles[])[row.Normal, row.Outage, row.Afterwards]
        from milliseconds in (double[])[phase.P50, phase.P95, phase.P99]
        select $"{milliseconds:0}";

    /// <summary>All scenarios side by side, and the product as a share of the floor.</summary>
    public void WriteSummary(Report report)
    {
        var table = Table(
            "scenario", "psp", ">payments/s", ">range", ">orders/s", ">CPU ms/payment", ">CPU ms/order", ">commits (writing)",
            ">WAL B", ">p50 ms", ">p99 ms", ">of floor", "machine");
        // Those that measure no rate are not in it.
        foreach (var scenario in report.Scenarios.Where(s => s.Throughput.Count > 0 || (s.Violations.Count > 0 && s.Outage is null)))
            table.AddRow([.. Summary(scenario, FloorShare.FloorOf(scenario, report.Scenarios)).Select(Markup.Escape)]);
        if (table.Rows.Count == 0)
            return;
        writer.WriteLine();
        Write(table);
        writer.WriteLine("Latency at the first open-loop load, medians. CPU of workers, broker and database. 'of floor': payments/s; CPU ms of the floor over CPU ms.");
        if (report.FloorShare is { } share)
            writer.WriteLine($"{share}");
        if (report.OrderGrowth is { } growth)
            writer.WriteLine($"{growth}");
        if (report.ScaleOut is { } scaleOut)
            WriteCompared("one process before, after", "two", scaleOut.Figures, scaleOut.IsBusyMachine);
        if (report.TableGrowth is { } grown)
            WriteCompared("empty tables before, after", $"{grown.Payments} more payments", grown.Figures, grown.IsBusyMachine);
    }

    private void WriteCompared(string bases, string value, IReadOnlyList<Compared> figures, bool isBusy)
    {
        var table = Table("figure", $">{bases}", $">{value}", ">ratio", "at most 10 % worse");
        foreach (var figure in figures)
        {
            Row(table, [
                figure.Name, string.Join(", ", figure.Bases.Select(b => $"{b:0.00}")), $"{figure.Value:0.00}", $"{figure.Ratio:0.00}", figure.IsWithin ? "yes" : "no"]);
        }

        writer.WriteLine();
        Write(table);
        writer.WriteLine($"Machine: {Machine(isBusy)}.");
    }

    private static string Machine(bool isBusy) => isBusy ? "busy" : "quiet";

    private static IEnumerable<string> Summary(ScenarioResult scenario, ScenarioResult? floor)
    {
        if (scenario.Violations.Count > 0)
            return [scenario.Name, scenario.Psp, .. Enumerable.Repeat(None, 10), "violations"];
        var rate = scenario.Rate();
        var latency = scenario.Latency.Where(l => l.LoadShare == scenario.Latency[0].LoadShare).Select(l => l.Milliseconds).ToArray();
        return
        [
            scenario.Workers == "floor" ? "floor" : scenario.Name, scenario.Psp, $"{rate.Median:0}", $"{rate.Min:0}..{rate.Max:0}",
            $"{rate.Median * scenario.OrdersPerPayment:0}",
            Median(scenario, c => c.SystemCpuMs, "0.00"),
            Median(scenario, c => c.SystemCpuMs / scenario.OrdersPerPayment, "0.00"),
            $"{Median(scenario, c => c.Commits, "0.00")} ({Median(scenario, c => c.WritingCommits, "0.000")})",
            Median(scenario, c => c.WalBytes, "0"),
            Median(latency, ms => ms.P50), Median(latency, ms => ms.P99),
            floor is null ? None : $"{FloorShare.OfRate(scenario, floor):P0}; {FloorShare.OfCpu(scenario, floor):P0}",
            Machine(scenario.IsBusyMachine),
        ];
    }

    private static string Median(ScenarioResult scenario, Func<Cost, double?> figure, string format)
    {
        var values = scenario.Throughput.Select(r => r.Cost is { } cost ? figure(cost) : null).OfType<double>().ToArray();
        return values.Length == 0 ? None : Spread.Of(values).Median.ToString(format);
    }

    private static string Median(Percentiles[] runs, Func<Percentiles, double> figure) =>
        runs.Length == 0 ? None : $"{Spread.Of(runs.Select(figure)).Median:0}";

    private void WriteThroughput(ScenarioResult result)
    {
        var cpu = result.Throughput[0].Cost?.CpuMs.Keys.ToArray() ?? [];
        var table = Table([
            "run", ">payments", ">seconds", ">payments/s", ">orders/s", .. cpu.Select(p => $">{p} ms"), ">system ms", ">other", ">stolen",
            ">commits", ">writing", ">WAL syncs", ">WAL B", ">published", ">delivered", ">checkpoints", "machine"]);
        foreach (var (run, i) in result.Throughput.Select((r, i) => (r, i + 1)))
        {
            Row(table, [
                $"preloaded {i}", $"{run.Payments}", $"{run.Seconds:0.0}", $"{run.PaymentsPerSecond:0}",
                $"{run.OrdersPerSecond:0}", .. Cells(run.Cost, cpu), Machine(run.IsBusyMachine)]);
        }

        foreach (var run in result.Latency)
        {
            Row(table, [
                $"open loop {run.LoadShare:P0}", $"{run.Payments}", None, $"{run.PaymentsPerSecond:0}",
                $"{run.PaymentsPerSecond * result.OrdersPerPayment:0}", .. Cells(run.Cost, cpu),
                Machine(run.IsBusyMachine)]);
        }

        Write(table);
    }

    private static IEnumerable<string> Cells(Cost? cost, string[] cpu) => cost is null
        ? Enumerable.Repeat(None, cpu.Length + 10)
        :
        [
            .. cpu.Select(p => $"{cost.CpuMs.GetValueOrDefault(p):0.000}"), $"{cost.SystemCpuMs:0.00}", $"{cost.OtherShare:P0}",
            $"{cost.StolenShare:P0}", Text(cost.Commits, "0.000"), $"{cost.WritingCommits:0.000}", Text(cost.WalSyncs, "0.000"), $"{cost.WalBytes:0}",
            Text(cost.Published, "0.0"), Text(cost.Delivered, "0.0"), $"{cost.Checkpoints}",
        ];

    private void WriteLatency(IReadOnlyList<LatencyRun> runs)
    {
        var table = Table(
            "latency ms at", ">rate", ">samples", ">p50", ">p95", ">p99", ">p99.9", ">max", ">sent late p99", ">late max");
        foreach (var run in runs)
        {
            var (ms, late) = (run.Milliseconds, run.SendDelayMilliseconds);
            Row(table, [
                $"{run.LoadShare:P0}", $"{run.PaymentsPerSecond:0}/s", $"{ms.Samples}", $"{ms.P50:0}", $"{ms.P95:0}",
                $"{ms.P99:0}", $"{ms.P999:0}", $"{ms.Max:0}", $"{late.P99:0.0}", $"{late.Max:0.0}"]);
        }

        Write(table);
    }

    private void WriteQueries(IReadOnlyList<QueryRun> runs)
    {
        var table = Table("query ms", ">samples", ">p50", ">p95", ">p99", ">max", "machine");
        foreach (var run in runs)
        {
            var ms = run.Milliseconds;
            Row(table, [run.Name, $"{ms.Samples}", $"{ms.P50:0.00}", $"{ms.P95:0.00}", $"{ms.P99:0.00}", $"{ms.Max:0.0}", Machine(run.IsBusyMachine)]);
        }

        Write(table);
    }

    private void WriteRest(ScenarioResult result)
    {
        var runs = Named(result).ToArray();
        WriteMemory(runs);
        var most = runs.Select(r => r.Rows).Aggregate((a, b) => a.Or(b));
        writer.WriteLine(
            $"  most rows: outboxes {most.Outboxes} (dead {most.DeadOutboxRows}), payments with a deadline {most.Deadlines}, "
            + $"dead payment rows {most.DeadPaymentRows}; "
            + $"terminal events heard twice: {result.Throughput.Sum(r => r.Duplicates) + result.Latency.Sum(r => r.Duplicates)}");
        writer.WriteLine("  largest tables: " + string.Join(", ", result.LargestTables.Select(t =>
            $"{t.Name} {t.SizeMb:0} MB ({t.DeadRows} dead, {t.Autovacuums} vacuums)")));
    }

    private static IEnumerable<(string Name, IReadOnlyDictionary<string, MemoryUse> Memory, MostRows Rows)> Named(ScenarioResult result) =>
    [
        .. result.Throughput.Select((r, i) => ($"preloaded {i + 1}", r.Memory, r.MostRows)),
        .. result.Latency.Select(r => ($"open loop {r.LoadShare:P0}", r.Memory, r.MostRows)),
    ];

    /// <summary>What is a process's own, with shared pages divided; then resident. Last, the most that was ever resident.</summary>
    private void WriteMemory((string Name, IReadOnlyDictionary<string, MemoryUse> Memory, MostRows Rows)[] runs)
    {
        var processes = runs[^1].Memory.Keys.ToArray();
        var table = Table(["memory MB after", .. processes.Select(p => $">{p}")]);
        foreach (var (name, memory, _) in runs)
            Row(table, [name, .. processes.Select(p => $"{memory[p].OwnMb:0} ({memory[p].ResidentMb:0})")]);
        Row(table, ["most ever", .. processes.Select(p => $"{runs[^1].Memory[p].PeakMb:0}")]);
        Write(table);
    }

    private static string Text(double? value, string format) => value?.ToString(format) ?? None;

    /// <summary>A heading that starts with &gt; is of a column of numbers.</summary>
    private static Table Table(params ReadOnlySpan<string> headings)
    {
        var table = new Table { Border = TableBorder.Minimal };
        foreach (var heading in headings)
        {
            var isNumber = heading[0] == '>';
            var column = new TableColumn(Markup.Escape(isNumber ? heading[1..] : heading)) { NoWrap = true };
            table.AddColumn(isNumber ? column.RightAligned() : column);
        }

        return table;
    }

    private static void Row(Table table, IEnumerable<string> cells) => table.AddRow([.. cells.Select(Markup.Escape)]);

    private void Write(Table table)
    {
        var text = new StringWriter();
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No });
        console.Profile.Width = Width;
        console.Write(table);
        foreach (var line in text.ToString().Split('\n').Select(l => l.TrimEnd()).Where(l => l.Length > 0))
            writer.WriteLine(line);
    }
}
