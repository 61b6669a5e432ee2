using System.CommandLine;
using System.Text.Json;
using Payments.Cli.Api;

namespace Payments.Cli.Commands.Sandbox;

/// <summary><c>payctl sandbox fault set</c></summary>
internal static class FaultSetCommand
{
    private const string Description =
        """
        Orders a fault, at every account unless one is named.

        response-lost      done, and the connection reset instead of an answer
        charge-lost        nothing done, the connection reset
        late-success       the connection reset at once, and done --seconds later (2)
        slow-start         done, and the answer begins --seconds later (8)
        slow-body          done, and half of the answer comes --seconds later (8)
        reset              done, and the connection reset in the middle of the answer
        saved-500          done, and HTTP 500 answered, and saved under the key where there is one
        rate-limit         nothing done, 429 with Retry-After
        wrong-amount       new payments: done, and one unit more named in every answer
        duplicate-webhook  a webhook sent twice
        maintenance        from the next request on, 503 with Retry-After for --seconds (30)
        """;

    public static Command Create(Shell shell)
    {
        var fault = new Argument<string>("fault") { Description = "What goes wrong, see above.", HelpName = "fault" };
        fault.AcceptOnlyFromAmong(FaultOptions.Names);
        var account = FaultOptions.Account();
        var psp = FaultOptions.Psp();
        var token = new Option<string?>("--token")
        {
            Description = "Only for payments made with this token, and what is asked of them later.",
        };
        var probability = new Option<double?>("--probability")
        {
            Description = "Of each request, above 0 and at most 1. Default: 1.",
        };
        var seed = new Option<int?>("--seed") { Description = "Draws the same again. Default: a new one, which is shown." };
        var count = new Option<int?>("--count") { Description = "So many times. Default: until cleared; maintenance once." };
        var seconds = new Option<double?>("--seconds") { Description = "How slow, how late, how long: from 0 to 3600." };
        var retryAfter = new Option<int?>("--retry-after")
        {
            Description = "Seconds that rate-limit and maintenance ask to wait. Default: 1, or what is left of the window.",
        };
        var json = FaultOptions.Json();
        var command = new Command("set", Description)
        {
            fault, account, psp, token, probability, seed, count, seconds, retryAfter, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            FaultOptions.RequireOneOf(parsed.GetValue(account), parsed.GetValue(psp));
            using var sandbox = shell.OpenSandbox();
            var ordered = await sandbox.Order(
                new SandboxFault
                {
                    Fault = parsed.GetRequiredValue(fault),
                    Account = parsed.GetValue(account),
                    Psp = parsed.GetValue(psp),
                    Token = parsed.GetValue(token),
                    Probability = parsed.GetValue(probability),
                    Seed = parsed.GetValue(seed),
                    Count = parsed.GetValue(count),
                    Seconds = parsed.GetValue(seconds),
                    RetryAfterSeconds = parsed.GetValue(retryAfter),
                },
                cancellationToken);
            shell.Out.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(ordered, SandboxApi.Json)
                : $"Fault {ordered.Id}: {FaultText.Sentence(ordered)}");
            return ExitCodes.Done;
        });
        return command;
    }
}
