using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Payments.Cli.Rendering;
using Payments.Contracts;

namespace Payments.Cli.Commands.DeadLetter;

/// <summary><c>payctl deadletter ramp</c></summary>
internal static class RampCommands
{
    public static Command Create(Shell shell) => new(
        "ramp", "Sends a group's letters on in steps: 1, 2, 4 ..., each after the outcomes of the last.")
    {
        Start(shell),
        Show(shell),
        List(shell),
        Change(shell, "pause", "Lets no further step begin."),
        Change(shell, "resume", "Lets a paused ramp go on."),
        Change(shell, "cancel", "Ends a ramp; what it has claimed goes out."),
    };

    private static Command Start(Shell shell)
    {
        var group = DeadLetterArguments.Id("The group's id.", "group");
        var letters = new Option<int>("--letters")
        {
            Description = "How many of its letters were open when you looked; a group that has grown since is refused.",
            Required = true,
        };
        var through = new Option<string?>("--through")
        {
            HelpName = "id",
            Description = "The newest letter you saw: what came later is not touched.",
        };
        var include = new Option<string[]>("--include")
        {
            HelpName = "verdict",
            Description = "Letters of this verdict: safe, no_op, stale or unknown. May be repeated. Default: safe and no_op.",
        };
        var maxStep = new Option<int?>("--max-step") { Description = "Letters of a step, at most. Default: 64." };
        var rate = new Option<double?>("--max-per-second") { Description = "Letters per second, at most. Default: as fast as it goes." };
        var share = new Option<double?>("--error-share")
        {
            Description = "The share of failures above which it stops, from 0 to 1. Default: 0.",
        };
        var operatorOptions = new OperatorOptions();
        var watch = Watch();
        var json = Json();
        var command = new Command("start", "Freezes the open letters of a group, and begins with the first.") { group, letters };
        operatorOptions.AddTo(command);
        foreach (var option in (Option[])[through, include, maxStep, rate, share, watch, json])
            command.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = shell.OpenApi();
            var ramp = await api.StartRamp(
                new
                {
                    groupId = parsed.GetValue(group),
                    letters = parsed.GetValue(letters),
                    through = parsed.GetValue(through),
                    include = parsed.GetValue(include) is { Length: > 0 } given ? given : null,
                    maxStep = parsed.GetValue(maxStep),
                    maxPerSecond = parsed.GetValue(rate),
                    errorShare = parsed.GetValue(share),
                    requestedBy = operatorOptions.Name(parsed),
                    reason = operatorOptions.Reason(parsed),
                },
                cancellationToken);
            if (parsed.GetValue(watch))
                return await new RampFollower(shell, api, parsed.GetValue(json)).Follow(ramp, cancellationToken);
            Write(shell, ramp, parsed.GetValue(json));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Show(Shell shell)
    {
        var id = DeadLetterArguments.Id("The ramp's id.", "ramp");
        var watch = Watch();
        var json = Json();
        var command = new Command("show", "How far a ramp has come.") { id, watch, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = shell.OpenApi();
            var ramp = await api.Ramp(parsed.GetValue(id), cancellationToken)
                ?? throw CommandException.Refused($"No ramp {parsed.GetValue(id)} is known.");
            if (parsed.GetValue(watch))
                return await new RampFollower(shell, api, parsed.GetValue(json)).Follow(ramp, cancellationToken);
            Write(shell, ramp, parsed.GetValue(json));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command List(Shell shell)
    {
        var json = Json();
        var command = new Command("list", "Ramps, begun last first.") { json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = shell.OpenApi();
            var ramps = (await api.Ramps(cancellationToken)).Ramps;
            if (parsed.GetValue(json))
            {
                foreach (var ramp in ramps)
                    shell.Out.WriteLine(JsonSerializer.Serialize(ramp, ContractJson.Options));
            }
            else if (ramps.Count == 0)
            {
                await shell.Error.WriteLineAsync("There is no ramp.");
            }
            else
            {
                WriteTable(shell, ramps);
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Change(Shell shell, string name, string description)
    {
        var id = DeadLetterArguments.Id("The ramp's id.", "ramp");
        var operatorOptions = new OperatorOptions();
        var json = Json();
        var command = new Command(name, description) { id };
        operatorOptions.AddTo(command);
        command.Add(json);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = shell.OpenApi();
            var ramp = await api.ChangeRamp(
                parsed.GetValue(id), name, operatorOptions.Name(parsed), operatorOptions.Reason(parsed), cancellationToken);
            if (parsed.GetValue(json))
                Write(shell, ramp, json: true);
            else
                await shell.Error.WriteLineAsync($"Ramp {ramp.RampId} is {ramp.State}.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static Option<bool> Watch() => new("--watch")
    {
        Description = "Follow it to its end; exit code 1 unless every letter that was sent on has succeeded, or had been done before.",
    };

    private static Option<bool> Json() => new("--json") { Description = "JSON on standard output, one a line." };

    private static void Write(Shell shell, DeadLetterRamp ramp, bool json)
    {
        if (json)
        {
            shell.Out.WriteLine(JsonSerializer.Serialize(ramp, ContractJson.Options));
            return;
        }

        var lines = new (string Name, string? Value)[]
        {
            ("ramp", ramp.RampId.ToString()),
            ("group", ramp.GroupId.ToString()),
            ("state", ramp.State),
            ("because", ramp.Because),
            ("letters", Number(ramp.Letters)),
            ("include", string.Join(", ", ramp.Include)),
            ("step", $"{Number(ramp.Step)}, of {Number(ramp.StepSize)} letters; at most {Number(ramp.MaxStep)}"),
            ("stops above", string.Create(CultureInfo.InvariantCulture, $"{ramp.ErrorShare} failed")),
            ("asked by", $"{ramp.RequestedBy}: {ramp.Reason}"),
            ("begun", PaymentText.Time(ramp.RequestedAt)),
            ("changed", PaymentText.Time(ramp.ChangedAt)),
            ("progress", RampText.Progress(ramp)),
        };
        foreach (var (name, value) in lines.Where(l => l.Value is not null))
            shell.Out.WriteLine($"{name,-11} {PaymentText.Harmless(value!)}");
        foreach (var left in ramp.LeftOutBecause)
            shell.Out.WriteLine($"{"left out",-11} {Number(left.Letters)}: {PaymentText.Harmless(left.Because)}");
    }

    private static void WriteTable(Shell shell, IReadOnlyList<DeadLetterRamp> ramps)
    {
        var table = PaymentText.Table(
            "ramp", "group", "state", "begun", "by", ">letters", ">waiting", ">under way", ">succeeded", ">no-op", ">superseded",
            ">failed", ">left out", "because");
        foreach (var r in ramps)
        {
            PaymentText.Row(
                table, r.RampId.ToString(), r.GroupId.ToString(), r.State, PaymentText.Time(r.RequestedAt), r.RequestedBy,
                Number(r.Letters), Number(r.Waiting), Number(r.UnderWay), Number(r.Succeeded), Number(r.NoOp),
                Number(r.Superseded), Number(RampText.Failed(r)), Number(r.LeftOut), r.Because);
        }

        PaymentText.Write(shell, table);
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
