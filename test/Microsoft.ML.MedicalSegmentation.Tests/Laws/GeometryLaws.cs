using CsCheck;

namespace Microsoft.ML.MedicalSegmentation.Laws;

[TestClass]
public class GeometryLaws
{
    private static readonly Gen<Vector3D> _points = Gen.Double[-300, 300].Array[3].Select(p => new Vector3D(p[0], p[1], p[2]));

    [TestMethod]
    public void Inverse_UndoesTheTransform()
        => Gen.Select(AnyVolume.Geometry, _points).Sample((geometry, point)
            => IsNear(geometry.WorldToIndex.Apply(geometry.IndexToWorld.Apply(point)), point));

    [TestMethod]
    public void Compose_AppliesTheInnerTransformFirst() =>
        Gen.Select(AnyVolume.Geometry, AnyVolume.Geometry, _points)
            .Sample(
                (outer, inner, point) =>
                    IsNear(
                        outer.IndexToWorld.Compose(inner.IndexToWorld).Apply(point),
                        outer.IndexToWorld.Apply(inner.IndexToWorld.Apply(point))
                    )
            );

    [TestMethod]
    public void Spacing_IsTheDistanceOfNeighbours()
        => Gen.Select(AnyVolume.Geometry, Gen.Int[0, 2]).Sample((geometry, axis) =>
        {
            var step = geometry.IndexToWorld.ApplyToDirection(new(axis == 0 ? 1 : 0, axis == 1 ? 1 : 0, axis == 2 ? 1 : 0));
            return Math.Abs(step.Length - geometry.Spacing[axis]) < 1e-9;
        });

    [TestMethod]
    public void VoxelVolume_OfOrthogonalAxes_IsTheProductOfSpacings()
        => AnyVolume.Geometry.Sample(geometry
            => Math.Abs((geometry.VoxelVolume / (geometry.Spacing.X * geometry.Spacing.Y * geometry.Spacing.Z)) - 1) < 1e-9);

    [TestMethod]
    public void Shifted_KeepsEveryVoxelInItsPlace()
        => Gen.Select(AnyVolume.Geometry, _points, _points).Sample((geometry, shift, point)
            => IsNear(geometry.Shifted(shift).IndexToWorld.Apply(point), geometry.IndexToWorld.Apply(shift + point)));

    private static bool IsNear(Vector3D a, Vector3D b) => (a - b).Length < 1e-7;
}
