using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using MassTransit;
using Payments.Orchestrator.Paying;
using Payments.Testing;

namespace Payments.Orchestrator.Tests.Paying;

public sealed class PaymentStateMachineTests
{
    private static readonly PaymentStateMachine Machine = TestRouting.Machine();
    private static readonly MachineReader Reader = MachineReader.Read(Machine);

    private static readonly (string[] Events, string Name)[] Groups =
    [
        (["OrderAuthorized", "OrderCaptured", "OrderDeclined", "OrderActionRequired", "CaptureRefused"], "forward answer"),
        (["OrderNotAttempted", "OperationAbandoned", "OrderPending", "OrderInDoubt"], "unclear answer"),
        (["OrderVoided", "VoidRefused", "OrderRefunded", "RefundFailed"], "undo answer"),
    ];

    private static IEnumerable<State> ReachableStates =>
        Machine.States.Where(s => s.Name is not ("Initial" or "Final")).OrderBy(s => s.Name, StringComparer.Ordinal);

    [Fact]
    public void Events_EveryState_AreHandledOrIgnored()
    {
        var forgotten =
            from state in ReachableStates
            from @event in RealEvents()
            where !Machine.GetState(state.Name).Events.Contains(@event)
            select $"{state.Name} neither handles nor ignores {@event.Name}";

        forgotten.ShouldBeEmpty();
    }

    [Fact]
    public void Events_EveryState_AreTreatedAsApproved()
    {
        var table = new StringBuilder("state\n");
        foreach (var state in ReachableStates)
        {
            table.Append(state.Name).Append('\n');
            foreach (var @event in RealEvents())
            {
                var to = Reader.Transitions
                    .Where(t => t.From == state.Name && t.Event == @event.Name)
                    .Select(t => t.To).Distinct().Order(StringComparer.Ordinal).ToArray();
                var treatment = Reader.Handled.Contains((state.Name, @event.Name)) ? "handled" : "ignored";
                table.Append("    ").Append(@event.Name.PadRight(24)).Append(treatment)
                    .Append(to.Length > 0 ? " -> " + string.Join(", ", to) : "").Append('\n');
            }
        }

        Approved.Verify(table.ToString());
    }

    [Fact]
    public void Diagram_OfTheMachine_IsTheOneInTheReadme()
    {
        var diagram = new StringBuilder("stateDiagram-v2\n");
        foreach (var edge in Reader.Transitions
            .Where(t => t.From != t.To)
            .GroupBy(t => (t.From, t.To))
            .OrderBy(g => OrderOf(g.Key.From)).ThenBy(g => OrderOf(g.Key.To)))
        {
            var events = edge.Select(t => t.Event).Distinct().Order(StringComparer.Ordinal);
            diagram.Append("    ").Append(edge.Key.From == "Initial" ? "[*]" : edge.Key.From)
                .Append(" --> ").Append(edge.Key.To).Append(": ").Append(Shorten(events)).Append('\n');
        }

        foreach (var end in new[] { "Completed", "PartiallyCompleted", "Failed", "Rejected" })
            diagram.Append("    ").Append(end).Append(" --> [*]\n");

        Readme.Block("mermaid").ShouldBeCurrent(diagram.ToString());
    }

    [Fact]
    public void Deadlines_OfEveryWaitingState_AreThoseInTheReadme()
    {
        var table = new StringBuilder("| state | waits for | first | then | at last |\n|---|---|---|---|---|\n");
        foreach (var state in ReachableStates.Where(s => !IsTerminal(s.Name)).OrderBy(s => OrderOf(s.Name)))
        {
            var byTimetable = PaymentDeadlines.FollowsTimetables(state.Name);
            var waits = Enumerable.Range(0, 100)
                .Select(firing => PaymentDeadlines.Wait(state.Name, firing))
                .TakeWhile(wait => wait is not null)
                .ToArray();
            var isEndless = waits.Length == 100;
            table.Append("| ").Append(state.Name)
                .Append(" | ").Append(PaymentDeadlines.WaitsFor(state.Name))
                .Append(" | ").Append(waits.Length == 0 ? "by timetable" : Words(waits[0]!.Value))
                .Append(" | ").Append(byTimetable ? "by timetable" : isEndless ? "the same" : string.Join(", ", waits.Skip(1).Select(w => Words(w!.Value))))
                .Append(" | ").Append(isEndless ? AtLast(state.Name) : "parks").Append(" |\n");
            waits.ShouldAllBe(w => w <= TimeSpan.FromHours(48));
        }

        Readme.Block("deadlines").ShouldBeCurrent(table.ToString());
    }

    [Fact]
    public void Timetables_OfEveryPsp_AreThoseInTheReadme()
    {
        var table = new StringBuilder(
            "| PSP | in doubt, asked at the age of | pending, asked at the age of | refund refused for now, sent at the age of |\n|---|---|---|---|\n");
        foreach (var psp in ResolutionDefaults.ByPsp.Keys)
        {
            var timetables = TestRouting.Timetables();
            table.Append("| ").Append(psp)
                .Append(" | ").AppendJoin(", ", timetables.InDoubt(psp).Select(Words))
                .Append(" | ").AppendJoin(", ", timetables.Pending(psp).Select(Words))
                .Append(" | ").AppendJoin(", ", timetables.RefundRetry(psp).Select(Words)).Append(" |\n");
        }

        Readme.Block("timetables").ShouldBeCurrent(table.ToString());
    }

    private static IEnumerable<Event> RealEvents() =>
        Machine.Events
            .Where(e => !e.Name.Contains('.', StringComparison.Ordinal))
            .OrderBy(e => e.Name, StringComparer.Ordinal);

    private static bool IsTerminal(string state) => state is "Completed" or "PartiallyCompleted" or "Failed" or "Rejected";

    private static string AtLast(string state) => state == "Parked" ? "announces it again" : "asks (Resolving)";

    private static int OrderOf(string state) => Array.IndexOf(
        ["Initial", "Authorizing", "Capturing", "Crediting", "Recording", "Resolving", "Aborting", "ReversingWallets",
            "ReversingJournal", "Voiding", "Refunding", "RecordingRefund", "Parked", "Completed", "PartiallyCompleted",
            "Failed", "Rejected"],
        state);

    /// <summary>Whole groups of answers by one name.</summary>
    private static string Shorten(IEnumerable<string> events)
    {
        var rest = events.ToHashSet();
        var words = new List<string>();
        foreach (var (group, name) in Groups)
        {
            if (!group.All(rest.Contains))
                continue;
            rest.ExceptWith(group);
            words.Add(name);
        }

        return string.Join(", ", words.Concat(rest.Order(StringComparer.Ordinal)));
    }

    private static string Words(TimeSpan wait) =>
        wait.TotalHours >= 1 ? $"{wait.TotalHours:0} h" : wait.TotalMinutes > 1 ? $"{wait.TotalMinutes:0} min" : $"{wait.TotalSeconds:0} s";
}

/// <summary>The saga's page, of which parts are rendered from the code.</summary>
internal sealed class Readme
{
    private readonly string _name;
    private readonly string _file;

    private Readme(string name)
    {
        _name = name;
        _file = Path.GetFullPath(Path.Combine(Here(), "../../../src/Payments.Orchestrator/Paying/README.md"));
    }

    public static Readme Block(string name) => new(name);

    public void ShouldBeCurrent(string expected)
    {
        var page = File.ReadAllText(_file);
        var block = new Regex($"(?<=<!-- {_name} -->\n(```mermaid\n)?)[^`<]*?(?=(```\n)?<!-- /{_name} -->)", RegexOptions.Singleline);
        if (Environment.GetEnvironmentVariable("PAYMENTS_ACCEPT") == "1")
        {
            page = block.Replace(page, expected.Replace("$", "$$", StringComparison.Ordinal));
            File.WriteAllText(_file, page);
        }

        block.Match(page).Value.ShouldBe(expected, $"Run the test with PAYMENTS_ACCEPT=1 to write the block '{_name}' anew.");
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
