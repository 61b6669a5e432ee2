using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Payments.Operations.Collecting;

namespace Payments.Operations.Tests.Collecting;

/// <summary>The files in Traces are MassTransit's headers of messages that real workers gave up (8.4.0, .NET 10).</summary>
public sealed partial class FingerprintTests
{
    [Theory]
    [InlineData("ledger-unreadable-id", "Payments.Contracts.UlidJsonConverter.ReadText")]
    [InlineData("front-door-not-json", "Payments.Orchestrator.Requesting.RequestBody.Parse")]
    [InlineData("saga-missing-fields", "System.Text.Json.ThrowHelper.ThrowJsonException_JsonRequiredPropertyMissing")]
    [InlineData("wallets-garbage", "System.Text.Json.ThrowHelper.ThrowJsonReaderException")]
    [InlineData("wallets-permission-denied", "Payments.Messaging.GroupLoad.Load")]
    public void TopFrame_OfARealTrace_IsWhereOursWentWrong(string trace, string frame) =>
        Fingerprint.TopFrame(Trace(trace)).ShouldBe(frame);

    [Theory]
    [InlineData("ledger-unreadable-id")]
    [InlineData("front-door-not-json")]
    [InlineData("saga-missing-fields")]
    [InlineData("wallets-permission-denied")]
    public void TopFrame_OfAnotherBuild_IsTheSame(string trace)
    {
        var moved = Lines().Replace(Trace(trace), m => $"in C:\\agent\\7{m.Groups[1].Value}:line {int.Parse(m.Groups[2].Value) + 31}");
        var withoutSymbols = Files().Replace(Trace(trace), "");
        var windows = Trace(trace).ReplaceLineEndings("\r\n");

        moved.ShouldNotBe(Trace(trace));
        new[] { moved, withoutSymbols, windows }.Select(Fingerprint.TopFrame)
            .ShouldAllBe(f => f == Fingerprint.TopFrame(Trace(trace)));
    }

    /// <summary>How runtimes and compilers write one method.</summary>
    [Theory]
    [InlineData("A.B.Run(String text)")]
    [InlineData("A.B.Run(String text, Int32 n) in /src/B.cs:line 4711")]
    [InlineData("A.B.Run[T](T text)")]
    [InlineData("A.B.Run[TIn,TOut](Func`2 f)")]
    [InlineData("A.B`1.Run(T text)")]
    [InlineData("A.B`1[[System.String, System.Private.CoreLib, Version=9.0.0.0]].Run(T text)")]
    [InlineData("A.B<T>.Run(T text)")]
    [InlineData("A.B.<Run>d__12.MoveNext()")]
    [InlineData("A.B.<Run>d__12`1.MoveNext()")]
    [InlineData("A.B+<Run>d__3.MoveNext()")]
    [InlineData("A.B.<>c.<Run>b__0_1(Int32 i)")]
    [InlineData("A.B.<>c__DisplayClass4_0.<Run>b__0(Int32 i)")]
    [InlineData("A.B.<>c__DisplayClass4_0`1.<Run>b__2(Int32 i)")]
    [InlineData("A.B.<>c__DisplayClass5_0.<<Run>b__1>d.MoveNext()")]
    public void TopFrame_HoweverItIsWritten_IsOne(string method) =>
        Fingerprint.TopFrame($"   at System.Linq.Enumerable.Select()\n   at {method}\n   at A.C.Main()").ShouldBe("A.B.Run");

    [Fact]
    public void TopFrame_OfALocalFunction_NamesBoth() =>
        Fingerprint.TopFrame("   at A.B.<Run>g__Inner|3_0(Int32 i)\n   at A.B.<>c__DisplayClass8_0.<<Run>g__Inner|0>d.MoveNext()")
            .ShouldBe("A.B.Run.Inner");

    [Fact]
    public void TopFrame_OfThrowingConstructorsAndCompiledCode_HasNoNumbers()
    {
        Fingerprint.TopFrame("   at A.B..ctor(Int32 n)").ShouldBe("A.B..ctor");
        Fingerprint.TopFrame("   at lambda_method1742(Closure, Object)").ShouldBe("lambda_method");
    }

    /// <summary>Whatever a library has above the frame: written after how Npgsql 9 and 10 name their methods.</summary>
    [Fact]
    public void TopFrame_OfAnotherVersionOfALibrary_IsTheSame()
    {
        const string Newer = "   at Npgsql.Internal.NpgsqlConnector.ReadMessageLong(Boolean async, DataRowLoadingMode mode)\n   at Npgsql.NpgsqlCommand.ExecuteReader(Boolean async)\n   at Shop.Stock.Reserve(Item item) in /src/Stock.cs:line 9";
        const string Older = "   at Npgsql.Internal.NpgsqlConnector.<ReadMessage>g__ReadMessageLong|234_0(NpgsqlConnector connector, Boolean async)\n   at Npgsql.NpgsqlDataReader.NextResult(Boolean async)\n   at Shop.Stock.Reserve(Item item) in /src/Stock.cs:line 12";

        Fingerprint.TopFrame(Newer).ShouldBe(Fingerprint.TopFrame(Older));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("no trace at all")]
    [InlineData("--- End of stack trace from previous location ---")]
    public void TopFrame_OfNone_IsNull(string? trace) => Fingerprint.TopFrame(trace).ShouldBeNull();

    [Theory]
    [InlineData("Npgsql.PostgresException", "42501: permission denied for table inbox", "Npgsql.PostgresException 42501")]
    [InlineData("Npgsql.PostgresException", "no code", "Npgsql.PostgresException")]
    [InlineData("System.Exception", "42501: x", "System.Exception")]
    [InlineData("MassTransit.RequestFaultException`1[[A.B, A]]", "x", "MassTransit.RequestFaultException")]
    public void ExceptionKind_HasTheSqlStateAndNoTypeArguments(string type, string message, string kind) =>
        Fingerprint.ExceptionKind(type, message).ShouldBe(kind);

    [Fact]
    public void GroupOf_AnyPartChanged_IsAnother()
    {
        string?[] parts = ["wallets", "fault", "A:B", "System.Exception", "A.B.Run"];
        var all = Enumerable.Range(-1, parts.Length + 1)
            .Select(changed => parts.Select((p, i) => i == changed ? $"{p}!" : p).ToArray())
            .Select(p => Fingerprint.GroupOf(p[0]!, p[1]!, p[2], p[3], p[4]));

        all.Distinct().Count().ShouldBe(parts.Length + 1);
        Fingerprint.GroupOf("wallets", "fault", "A:B", "System.Exception", "A.B.Run")
            .ShouldBe(Fingerprint.GroupOf("wallets", "fault", "A:B", "System.Exception", "A.B.Run"));
    }

    private static string Trace(string name, [CallerFilePath] string here = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "Traces", $"{name}.txt"));

    [GeneratedRegex(@"in (/\S+):line (\d+)")]
    private static partial Regex Lines();

    [GeneratedRegex(@" in /\S+:line \d+")]
    private static partial Regex Files();
}
