using Npgsql;
using Payments.Contracts;
using Payments.Hosting;
using Payments.Messaging;
using Payments.Testing;

namespace Payments.Executor.Tests.Executing;

/// <summary>
/// The executor as a process of its own. It serves the queues of <see cref="Connection"/>; which PSP is behind them is the
/// test's choice. One at a time: they share queues and a port.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ExecutorProcess : ICollectionFixture<OperationsOfNobody>
{
    public const string Name = "executor";
    public const string Connection = "stripe-a";

    private const string Connections = "Psp__Connections__";
    private const string BaseAddress = "__BaseAddress";

    /// <summary>Starts it; it is ready when this returns. Disposing it is SIGKILL.</summary>
    /// <param name="settings">Of <see cref="Connection"/>, such as <c>Webhook__Secrets__0</c>.</param>
    /// <param name="others">Any other ones, by their whole names.</param>
    internal static Task<WorkerProcess> Start(
        Dictionary<string, string>? settings = null, Dictionary<string, string>? others = null)
    {
        var all = Adapters().Concat(others ?? []).ToDictionary();
        all["Urls"] = Address.AbsoluteUri;
        foreach (var (name, value) in settings ?? [])
            all[$"{Connections}{Connection}__{name}"] = value;
        return WorkerProcess.Start("executor", all);
    }

    internal static Uri Address => new(RunDirectory.Settings("executor")["ASPNETCORE_URLS"]);

    internal static string Encrypt(string token, Ulid paymentId)
    {
        var settings = RunDirectory.Configuration("executor").GetSection(TokenOptions.Section);
        var options = new TokenOptions { ActiveKey = settings["ActiveKey"]! };
        options.Keys.Add(options.ActiveKey, settings[$"Keys:{options.ActiveKey}"]!);
        return new TokenCipher(options).Encrypt(token, paymentId.ToString());
    }

    /// <summary>The rows of a query, as text.</summary>
    internal static async Task<IReadOnlyList<string?[]>> Query(string sql, params NpgsqlParameter[] parameters)
    {
        await using var connection = new NpgsqlConnection(RunDirectory.ConnectionString("executor", "Owner"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string?[]>();
        while (await reader.ReadAsync())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i).ToString())]);
        return rows;
    }

    /// <summary>Whoever had an operation's lease was killed a while ago.</summary>
    internal static async Task EndLease(string operationId) =>
        (await Query("UPDATE operation SET lease_until = now() WHERE operation_id = $1 RETURNING state", Sql.Value(operationId)))
            .ShouldHaveSingleItem().ShouldBe(["sent"]);

    /// <summary>The settings file beside these tests is another program's: it does not know the connections, nor our address.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Adapters() =>
        from setting in RunDirectory.Settings("executor").Keys
        where setting.StartsWith(Connections, StringComparison.Ordinal) && setting.EndsWith(BaseAddress, StringComparison.Ordinal)
        let name = setting[Connections.Length..^BaseAddress.Length]
        select KeyValuePair.Create($"{Connections}{name}__Adapter", name[..name.LastIndexOf('-')]);
}
