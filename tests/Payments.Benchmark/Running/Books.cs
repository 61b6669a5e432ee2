using Npgsql;
using Payments.Benchmark.Instance;
using Payments.Benchmark.Loading;
using Payments.Cli.Checking;
using Payments.Testing;

namespace Payments.Benchmark.Running;

/// <summary>What the tables say of the payments that were published: without this no figure is printed.</summary>
internal static class Books
{
    private const int Shown = 3;

    /// <summary>One sentence per violation.</summary>
    /// <param name="payments">How many have to be there, by how they ended.</param>
    /// <param name="sandbox">Where the PSP has a book of its own.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<IReadOnlyList<string>> Check(
        IReadOnlyDictionary<PaymentEnd, long> payments, Uri? sandbox, CancellationToken cancellationToken)
    {
        var violations = new List<string>();
        foreach (var (end, count) in payments)
        {
            if (await Count(end, cancellationToken) is var found && found != count)
                violations.Add($"{found} payments are {end} in the tables instead of {count}.");
        }

        var ops = RunDirectory.Settings("cli")["PAYMENTS_OPS_DATABASE"];
        foreach (var result in await InvariantCheckers.Run(ops, sandbox, cancellationToken))
        {
            violations.AddRange(result.Violations.Take(Shown).Select(v => $"{result.Name}: {v}"));
            if (result.Violations.Count > Shown)
                violations.Add($"{result.Name}: {result.Violations.Count - Shown} more violations.");
        }

        return violations;
    }

    private static async Task<long> Count(PaymentEnd end, CancellationToken cancellationToken)
    {
        await using var database = Database.OpenInside();
        await using var command = database.CreateCommand(
            "SELECT count(*) FROM orchestrator.payment WHERE state = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = end.ToString() });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
