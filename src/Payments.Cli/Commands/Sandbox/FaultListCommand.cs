using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Payments.Cli.Api;
using Payments.Cli.Rendering;

namespace Payments.Cli.Commands.Sandbox;

/// <summary><c>payctl sandbox fault list</c></summary>
internal static class FaultListCommand
{
    public static Command Create(Shell shell)
    {
        var json = FaultOptions.Json();
        var command = new Command("list", "The faults in force, and how often each has happened.") { json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var sandbox = shell.OpenSandbox();
            var faults = await sandbox.Faults(cancellationToken);
            if (parsed.GetValue(json))
                WriteJson(shell, faults);
            else
                WriteTable(shell, faults);
            return ExitCodes.Done;
        });
        return command;
    }

    private static void WriteJson(Shell shell, SandboxFaults faults)
    {
        foreach (var fault in faults.Data)
            shell.Out.WriteLine(JsonSerializer.Serialize(fault, SandboxApi.Json));
    }

    private static void WriteTable(Shell shell, SandboxFaults faults)
    {
        if (faults.Data.Count == 0)
        {
            shell.Error.WriteLine("No fault is in force.");
            return;
        }

        var table = PaymentText.Table(
            ">id", "fault", "where", "token", ">probability", ">seed", ">left", ">seconds", ">happened");
        foreach (var f in faults.Data)
        {
            PaymentText.Row(
                table, Text(f.Id), f.Fault, FaultText.Where(f), f.Token, Text(f.Probability), Text(f.Seed),
                f.Left is null ? "no end" : Text(f.Left), Text(f.Seconds), Text(f.Happened));
        }

        PaymentText.Write(shell, table);
    }

    private static string? Text<T>(T? number)
        where T : struct, IFormattable => number?.ToString(null, CultureInfo.InvariantCulture);
}
