namespace Payments.Judges.Tests.Kit;

/// <summary>Holds requests against a PSP's published specification.</summary>
internal interface IJudge : IAsyncDisposable
{
    /// <summary>What is wrong with the request; empty where nothing is.</summary>
    Task<IReadOnlyList<string>> JudgeAsync(SentRequest sent);
}
